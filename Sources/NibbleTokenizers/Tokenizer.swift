import NibbleJSON

/// A tokenizer of a Hugging Face folder or a GGUF file: text to token numbers and back.
///
/// Text passes added tokens → normalizer → pre-tokenizer → model → post-processor, as the `tokenizers` library
/// defines.
public struct Tokenizer: Sendable {
    private let added: AddedTokens
    private let normalizers: [any Normalizer]
    private let preTokenizers: [any PreTokenizer]
    private let model: any TokenModel
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

    /// A tokenizer from the contents of its files.
    init(_ json: JSONValue, steering: SteeringTokens) throws(TokenizerError) {
        guard let model = json.present("model") else { throw .invalid("tokenizer.json has no model.") }
        let entries = try AddedTokens.read(json)
        self.model = try TokenModelList.model(model)
        normalizers = try NormalizerList.steps(json.present("normalizer"))
        added = AddedTokens(entries, normalizers: normalizers)
        preTokenizers = try PreTokenizerList.steps(json.present("pre_tokenizer"))
        decoder = try TokenDecoder(json.present("decoder"))
        (prefix, suffix) = try PostProcessorList.frame(json.present("post_processor"))
        special = Set(entries.filter(\.isSpecial).map(\.id))
        pieces = Dictionary(self.model.vocabulary.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            .merging(added.contents, uniquingKeysWith: { $1 })
        vocabularySize = (pieces.keys.max() ?? -1) + 1
        let vocabulary = self.model.vocabulary
        let number = { (content: [UInt8]) -> Int? in
            entries.first { $0.content == content }?.id ?? vocabulary[content]
        }
        beginOfText = steering.beginning.flatMap(number) ?? prefix.first
        endOfText = Set(steering.end.compactMap(number)).union(steering.endNumbers)
    }

    /// A tokenizer from its parts.
    ///
    /// - Parameters:
    ///   - entries: Tokens that are found in a text before all else.
    ///   - pieces: What each token stands for.
    ///   - frame: Tokens before and after a text.
    init(
        model: any TokenModel, entries: [AddedTokens.Entry], normalizers: [any Normalizer],
        preTokenizers: [any PreTokenizer], decoder: TokenDecoder, pieces: [Int: [UInt8]],
        frame: (prefix: [Int], suffix: [Int]), beginOfText: Int?, endOfText: Set<Int>
    ) {
        self.model = model
        self.normalizers = normalizers
        self.preTokenizers = preTokenizers
        self.decoder = decoder
        self.pieces = pieces
        self.beginOfText = beginOfText
        self.endOfText = endOfText
        added = AddedTokens(entries, normalizers: normalizers)
        (prefix, suffix) = frame
        special = Set(entries.filter(\.isSpecial).map(\.id))
        vocabularySize = (pieces.keys.max() ?? -1) + 1
    }

    /// The tokens of a text.
    ///
    /// - Parameter addSpecialTokens: Whether the tokens that frame a text, such as its beginning, are added.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int] {
        var tokens = addSpecialTokens ? prefix : []
        var known: [ArraySlice<UInt8>: [Int]] = [:]
        for (index, piece) in added.plain.split(Array(text.utf8)).enumerated() {
            switch piece {
            case .token(let id): tokens.append(id)
            case .text(let bytes): append(bytes, isFirst: index == 0, to: &tokens, &known)
            }
        }
        return addSpecialTokens ? tokens + suffix : tokens
    }

    private func append(
        _ piece: [UInt8], isFirst: Bool, to tokens: inout [Int], _ known: inout [ArraySlice<UInt8>: [Int]]
    ) {
        let normalized = normalizers.reduce(piece) { $1.normalize($0) }
        for (index, part) in added.normalized.split(normalized).enumerated() {
            switch part {
            case .token(let id): tokens.append(id)
            case .text(let bytes):
                let isFirst = isFirst && index == 0
                let words = preTokenizers.reduce(Words(bytes)) { $1.split($0, isFirst: isFirst) }
                append(words, to: &tokens, &known)
            }
        }
    }

    /// Appends the tokens of some words; a word that came before is not merged again.
    private func append(
        _ words: Words, to tokens: inout [Int], _ known: inout [ArraySlice<UInt8>: [Int]]
    ) {
        for word in words.slices {
            if let found = known[word] {
                tokens += found
                continue
            }
            let found = model.encode(word)
            tokens += found
            if word.count <= Self.longestRemembered, known.count < Self.mostRemembered { known[word] = found }
        }
    }

    private static let longestRemembered = 64
    private static let mostRemembered = 1 << 16

    /// The text of some tokens, with U+FFFD for bytes that are no UTF-8.
    public func decode(_ ids: [Int], skipSpecialTokens: Bool = true) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skipSpecialTokens && isSpecial(id)) { bytes += self.bytes(ofToken: id) }
        let blanks = bytes.prefix { $0 == 0x20 }.count
        return String(decoding: bytes.dropFirst(min(blanks, strippedBlanks)), as: UTF8.self)
    }

    /// The bytes that a token adds in the middle of a text; none for a number outside the vocabulary.
    public func bytes(ofToken id: Int) -> [UInt8] {
        pieces[id].map(decoder.bytes) ?? []
    }

    /// Whether a token steers the model and is no text.
    public func isSpecial(_ id: Int) -> Bool { special.contains(id) }

    /// A decoder that gives out text as tokens come.
    public func makeStreamingDecoder() -> StreamingDecoder { StreamingDecoder(self) }

    var strippedBlanks: Int { decoder.strippedBlanks }
}
