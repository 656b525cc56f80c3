import NibbleJSON

/// Turns tokens back into bytes.
struct TokenDecoder: Sendable {
    /// Whether tokens are written in the byte alphabet.
    private(set) var usesByteAlphabet = false
    /// Texts that tokens hold for others, such as ▁ for a blank.
    private(set) var replacements: [(pattern: [UInt8], content: [UInt8])] = []
    /// Whether tokens such as <0x0A> are single bytes.
    private(set) var hasByteTokens = false
    /// Blanks dropped at the beginning of the text.
    private(set) var strippedBlanks = 0

    /// The decoder for the file's `decoder`.
    init(_ json: JSONValue?) throws(TokenizerError) { try add(json) }

    /// A decoder of the byte alphabet.
    static let byteAlphabet: TokenDecoder = {
        var decoder = TokenDecoder()
        decoder.usesByteAlphabet = true
        return decoder
    }()

    /// SentencePiece's decoder: ▁ for blanks, of which the first may not be the text's, and tokens of single bytes.
    static func sentencePiece(addsBlank: Bool) -> TokenDecoder {
        var decoder = TokenDecoder()
        decoder.replacements = [(Array("▁".utf8), [0x20])]
        decoder.hasByteTokens = true
        decoder.strippedBlanks = addsBlank ? 1 : 0
        return decoder
    }

    private init() {}

    private mutating func add(_ json: JSONValue?) throws(TokenizerError) {
        guard let json else { return }
        let type = json["type"]?.string ?? ""
        switch type {
        case "Sequence": for part in json["decoders"]?.array ?? [] { try add(part) }
        case "ByteLevel": usesByteAlphabet = true
        case "ByteFallback": hasByteTokens = true
        case "Fuse": break
        case "Replace":
            guard let pattern = json["pattern"]?["String"]?.bytes, let content = json["content"]?.bytes else {
                throw .unsupported("tokenizer.json: nibble knows Replace decoders with a plain text only.")
            }
            replacements.append((pattern, content))
        case "Strip":
            guard json["content"]?.string == " ", json["stop"]?.integer ?? 0 == 0 else {
                throw .unsupported("tokenizer.json: nibble knows Strip decoders of leading blanks only.")
            }
            let start = json["start"]?.integer ?? 0
            guard (0...1024).contains(start) else {
                throw .invalid(
                    "tokenizer.json: a Strip decoder drops \(start) blanks; nibble takes 0 to 1024.")
            }
            strippedBlanks += start
        case "Metaspace":
            replacements.append((json["replacement"]?.bytes ?? Array("▁".utf8), [0x20]))
            if json["prepend_scheme"]?.string ?? "always" != "never" { strippedBlanks += 1 }
        default: throw .unsupported("tokenizer.json: nibble does not know the decoder “\(type)”.")
        }
    }

    /// The bytes of one token in the middle of a text.
    func bytes(of token: [UInt8]) -> [UInt8] {
        if usesByteAlphabet { return ByteAlphabet.bytes(of: token) }
        if hasByteTokens, let byte = Self.byteToken(token) { return [byte] }
        return replacements.reduce(token) {
            ReplaceNormalizer(pattern: $1.pattern, content: $1.content).normalize($0)
        }
    }

    /// The byte of a token such as <0x0A>.
    static func byteToken(_ token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
            return nil
        }
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}

/// Decodes a text token by token, giving out whole characters only.
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private var pending: [UInt8] = []
    private var blanksToStrip: Int

    init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        blanksToStrip = tokenizer.strippedBlanks
    }

    /// Adds a token and returns the characters that are complete now; special tokens add nothing.
    public mutating func append(_ id: Int) -> String {
        guard !tokenizer.isSpecial(id) else { return "" }
        pending += tokenizer.bytes(ofToken: id)
        while blanksToStrip > 0, pending.first == 0x20 {
            pending.removeFirst()
            blanksToStrip -= 1
        }
        if !pending.isEmpty { blanksToStrip = 0 }
        let complete = pending.count - Self.incompleteLength(pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// What is left over, with U+FFFD for a character cut short.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The length of the character at the end whose last bytes are still missing; 0 if there is none.
    private static func incompleteLength(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
