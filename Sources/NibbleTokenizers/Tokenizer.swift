/// A tokenizer of a Hugging Face folder or a GGUF file: text to token numbers and back.
///
/// Text passes added tokens → normalizers → pre-tokenizers → model → post-processors, as the `tokenizers` library
/// defines; tokens pass decoders on the way back.
///
/// ```swift
/// let tokenizer = try Tokenizer.load(directory: folder)
/// let ids = tokenizer.encode("Once upon a time")
/// tokenizer.decode(ids)                                   // "Once upon a time"
/// ```
public struct Tokenizer: Sendable {
    private let added: AddedTokens
    private let normalizers: [any Normalizer]
    private let preTokenizers: [any PreTokenizer]
    private let model: any TokenModel
    private let postProcessors: [any PostProcessor]
    private let decoders: [any TokenDecoder]
    private let pieces: [Int: [UInt8]]
    private let special: Set<Int>

    /// One more than the largest token number.
    public let vocabularySize: Int
    /// The token that begins a text, if the configuration names one.
    public let beginOfText: Int?
    /// The token that stands for a word to be guessed, if the configuration names one.
    public let mask: Int?
    /// Tokens that end a text.
    public let endOfText: Set<Int>
    /// One more than the largest number of a token that isn't an added one.
    public let plainVocabularySize: Int
    /// What a person should know of the files that it was read from, as sentences.
    public let remarks: [String]

    /// A tokenizer from its parts.
    init(_ parts: TokenizerParts) {
        added = AddedTokens(parts.addedTokens, normalizers: parts.normalizers)
        normalizers = parts.normalizers
        preTokenizers = parts.preTokenizers
        model = parts.model
        postProcessors = parts.postProcessors
        decoders = parts.decoders
        pieces = parts.pieces.merging(added.contents, uniquingKeysWith: { $1 })
        special = Set(parts.addedTokens.filter(\.isSpecial).map(\.id))
        vocabularySize = (pieces.keys.max() ?? -1) + 1
        beginOfText = parts.beginOfText
        mask = parts.mask
        endOfText = parts.endOfText
        plainVocabularySize = (parts.model.vocabulary.values.max() ?? -1) + 1
        remarks = parts.remarks
    }

    /// The numbers of a text's tokens.
    ///
    /// - Parameter addSpecialTokens: whether the tokens around a text, such as its beginning, are added.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int] {
        encode(text, pair: nil, addSpecialTokens: addSpecialTokens).ids
    }

    /// The tokens of a text, or of a pair of texts, with their types.
    ///
    /// - Parameters:
    ///   - pair: the second text; nil for a single one.
    ///   - addSpecialTokens: whether the tokens around and between the texts are added.
    public func encode(_ text: String, pair: String?, addSpecialTokens: Bool = true) -> Encoding {
        let texts = [text, pair].compactMap(\.self).enumerated().map { Encoding(tokens(of: $1), type: $0) }
        return PostProcessorList.process(texts, postProcessors, addsSpecialTokens: addSpecialTokens)
    }

    /// The tokens of a text alone.
    private func tokens(of text: String) -> [Int] {
        var tokens: [Int] = []
        var known: [ArraySlice<UInt8>: [Int]] = [:]
        for (index, piece) in added.plain.split(Array(text.utf8)).enumerated() {
            switch piece {
            case .token(let id): tokens.append(id)
            case .text(let bytes): append(bytes, isFirst: index == 0, to: &tokens, &known)
            }
        }
        return tokens
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
        var isFirst = true
        for id in ids where !(skipSpecialTokens && isSpecial(id)) {
            bytes += self.bytes(ofToken: id, isFirst: isFirst)
            isFirst = false
        }
        let spaces = bytes.prefix { $0 == 0x20 }.count
        return String(decoding: bytes.dropFirst(min(spaces, strippedSpaces)), as: UTF8.self)
    }

    /// The bytes that a token adds in the middle of a text; of a number that the vocabulary lacks, the number in ⟨ ⟩.
    ///
    /// Models often have more rows than there are tokens, and may choose one of these.
    public func bytes(ofToken id: Int) -> [UInt8] { bytes(ofToken: id, isFirst: false) }

    /// The bytes that a token adds to a text, where a text may begin with it.
    func bytes(ofToken id: Int, isFirst: Bool) -> [UInt8] {
        guard let piece = pieces[id] else { return Array("⟨\(id)⟩".utf8) }
        return decoders.reduce(piece) { $1.decode($0, isFirst: isFirst) }
    }

    /// Whether a token steers the model and is no text.
    public func isSpecial(_ id: Int) -> Bool { special.contains(id) }

    /// A decoder that gives out text as tokens come.
    public func makeStreamingDecoder() -> StreamingDecoder { StreamingDecoder(self) }

    /// Spaces that are dropped at the beginning of a decoded text.
    var strippedSpaces: Int {
        decoders.reduce(0) { $0.addingReportingOverflow($1.strippedSpaces).partialValue }
    }
}

extension Tokenizer {
    /// The text that a token stands for by itself, special ones too; with U+FFFD for bytes that are no UTF-8.
    public func text(ofToken id: Int) -> String { String(decoding: bytes(ofToken: id), as: UTF8.self) }
}
