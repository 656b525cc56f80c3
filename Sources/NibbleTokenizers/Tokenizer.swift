import Foundation

/// A tokenizer of a Hugging Face folder: text to token numbers and back.
///
/// Text passes added tokens → normalizer → pre-tokenizer → model → post-processor, as the `tokenizers` library defines.
public struct Tokenizer: Sendable {
    private let added: AddedTokens
    private let normalizers: [any Normalizer]
    private let preTokenizers: [any PreTokenizer]
    private let model: BytePairEncoding
    private let decoder: TokenDecoder
    private let pieces: [Int: [UInt8]]
    private let prefix: [Int]
    private let suffix: [Int]
    private let special: Set<Int>

    /// One more than the largest token number.
    public let vocabularySize: Int
    /// The token that begins a text, if the configuration names one.
    public let beginOfText: Int?
    /// Tokens that end a text.
    public let endOfText: Set<Int>

    /// Reads `tokenizer.json` and, where present, `tokenizer_config.json`.
    ///
    /// - Throws: ``TokenizerError``.
    public static func load(directory: URL) throws -> Tokenizer {
        let url = directory.appendingPathComponent("tokenizer.json")
        guard let data = try? Data(contentsOf: url) else {
            throw TokenizerError.missing("There is no readable tokenizer.json in \(directory.lastPathComponent).")
        }
        let configuration = try? Data(contentsOf: directory.appendingPathComponent("tokenizer_config.json"))
        return try Tokenizer(tokenizerJSON: Array(data), configurationJSON: configuration.map(Array.init))
    }

    /// A tokenizer from the bytes of its files.
    public init(tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil) throws(TokenizerError) {
        let json = try JSONReader.parse(tokenizerJSON)
        let configuration = try configurationJSON.map { bytes throws(TokenizerError) in try JSONReader.parse(bytes) }
        guard let model = json["model"] else { throw .invalid("tokenizer.json has no model.") }
        let entries = try Self.addedEntries(json)
        self.model = try BytePairEncoding(model)
        added = AddedTokens(entries)
        normalizers = try NormalizerList.steps(json["normalizer"])
        preTokenizers = try PreTokenizerList.steps(json["pre_tokenizer"])
        decoder = try TokenDecoder(json["decoder"])
        (prefix, suffix) = try PostProcessorList.frame(json["post_processor"])
        special = Set(entries.filter(\.isSpecial).map(\.id))
        var pieces = Dictionary(self.model.vocabulary.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in entries { pieces[entry.id] = entry.content }
        self.pieces = pieces
        vocabularySize = (pieces.keys.max() ?? -1) + 1
        let named = { (key: String) -> Int? in
            let content = configuration?[key]?.bytes ?? configuration?[key]?["content"]?.bytes
            return content.flatMap { content in entries.first { $0.content == content }?.id ?? nil }
        }
        beginOfText = named("bos_token") ?? prefix.first
        endOfText = Set([named("eos_token")].compactMap { $0 })
    }

    private static func addedEntries(_ json: JSON) throws(TokenizerError) -> [AddedTokens.Entry] {
        var entries: [AddedTokens.Entry] = []
        for token in json["added_tokens"]?.array ?? [] {
            guard let id = token["id"]?.integer, (0..<(1 << 26)).contains(id), let content = token["content"]?.bytes,
                !content.isEmpty
            else { throw .invalid("tokenizer.json: an added token lacks its id or content.") }
            guard token["single_word"]?.boolean != true else {
                throw .unsupported("tokenizer.json: nibble does not know added tokens with single_word (token \(id)).")
            }
            entries.append(
                AddedTokens.Entry(
                    id: id, content: content, isSpecial: token["special"]?.boolean ?? false,
                    stripsLeft: token["lstrip"]?.boolean ?? false, stripsRight: token["rstrip"]?.boolean ?? false))
        }
        return entries
    }

    /// The tokens of a text.
    ///
    /// - Parameter addSpecialTokens: Whether the tokens that frame a text, such as its beginning, are added.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int] {
        var tokens: [Int] = []
        for (index, piece) in added.split(Array(text.utf8)).enumerated() {
            switch piece {
            case .token(let id): tokens.append(id)
            case .text(let bytes): tokens += encode(piece: bytes, isFirst: index == 0)
            }
        }
        return addSpecialTokens ? prefix + tokens + suffix : tokens
    }

    private func encode(piece: [UInt8], isFirst: Bool) -> [Int] {
        let normalized = normalizers.reduce(piece) { $1.normalize($0) }
        let words = preTokenizers.reduce([normalized]) { $1.split($0, isFirst: isFirst) }
        return words.flatMap(model.encode)
    }

    /// The text of some tokens, with U+FFFD for bytes that are no UTF-8.
    public func decode(_ ids: [Int], skipSpecialTokens: Bool = true) -> String {
        var bytes = ids.flatMap { skipSpecialTokens && isSpecial($0) ? [] : self.bytes(ofToken: $0) }
        var blanks = strippedBlanks
        while blanks > 0, bytes.first == 0x20 {
            bytes.removeFirst()
            blanks -= 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that a token adds in the middle of a text; none for a number outside the vocabulary.
    public func bytes(ofToken id: Int) -> [UInt8] {
        guard let piece = pieces[id] else { return [] }
        return added.entries.contains { $0.id == id } ? piece : decoder.bytes(of: piece)
    }

    /// Whether a token steers the model and is no text.
    public func isSpecial(_ id: Int) -> Bool { special.contains(id) }

    /// A decoder that gives out text as tokens come.
    public func makeStreamingDecoder() -> StreamingDecoder { StreamingDecoder(self) }

    var strippedBlanks: Int { decoder.strippedBlanks }
}
