extension Tokenizer {
    /// How files say that they have no tokenizer; empty where they don't say anything.
    private static let namesOfNone: Set<String> = ["", "none", "no_vocab"]

    /// The tokenizer of a GGUF file, which does as llama.cpp does when it takes special tokens out of the text.
    ///
    /// - Throws: ``TokenizerError`` for a model or a cut that nibble doesn't know, and a vocabulary that contradicts itself.
    public init(_ vocabulary: GGUFVocabulary) throws(TokenizerError) {
        guard !Self.namesOfNone.contains(vocabulary.model) else {
            throw .missing("The GGUF file has no tokenizer.")
        }
        guard !vocabulary.tokens.isEmpty else { throw .missing("The GGUF file has no list of tokens.") }
        guard vocabulary.tokens.count <= 1 << 26 else {
            throw .invalid("The GGUF file lists \(vocabulary.tokens.count) tokens, more than any model has.")
        }
        for (name, count) in [("scores", vocabulary.scores.count), ("types", vocabulary.types.count)]
        where count > 0 && count != vocabulary.tokens.count {
            throw .invalid(
                "The GGUF file lists \(vocabulary.tokens.count) tokens, but \(count) \(name) of tokens.")
        }
        let parts = try GGUFTokenizerParts(vocabulary)
        let numbers = vocabulary.tokens.indices
        let begin = vocabulary.beginOfText ?? parts.customaryBegin
        let end = vocabulary.endOfText ?? parts.customaryEnd
        for token in [begin, end].compactMap({ $0 }) where !numbers.contains(token) {
            throw .invalid(
                "The GGUF file names token \(token) as beginning or end of a text, but has only \(numbers.count)."
            )
        }
        let addsBegin = vocabulary.addsBeginOfText ?? parts.addsBeginOfText
        let addsEnd = vocabulary.addsEndOfText ?? false
        self.init(
            model: parts.model, entries: parts.entries, normalizers: parts.normalizers,
            preTokenizers: parts.preTokenizers, decoder: parts.decoder,
            pieces: Dictionary(uniqueKeysWithValues: zip(numbers, vocabulary.tokens)),
            frame: (addsBegin ? [begin].compactMap { $0 } : [], addsEnd ? [end].compactMap { $0 } : []),
            beginOfText: begin, endOfText: parts.ends.union([end].compactMap { $0 }))
    }
}

/// The parts that differ between the kinds of vocabulary.
private struct GGUFTokenizerParts {
    var model: any TokenModel
    var normalizers: [any Normalizer] = []
    var preTokenizers: [any PreTokenizer] = []
    var decoder: TokenDecoder
    var entries: [AddedTokens.Entry] = []
    var addsBeginOfText = false
    /// The tokens that llama.cpp takes where the file names none.
    var customaryBegin, customaryEnd: Int?
    var ends: Set<Int> = []

    init(_ vocabulary: GGUFVocabulary) throws(TokenizerError) {
        switch vocabulary.model {
        case GGUFVocabulary.sentencePiece: self.init(sentencePiece: vocabulary)
        case GGUFVocabulary.bytePairs: try self.init(bytePairs: vocabulary)
        default:
            throw .unsupported(
                "nibble does not know the tokenizer “\(vocabulary.model.prefix(120))” of the GGUF file; it knows "
                    + "\(GGUFVocabulary.sentencePiece) and \(GGUFVocabulary.bytePairs).")
        }
        entries = Self.entries(vocabulary)
        ends = Set(vocabulary.otherEnds.filter(vocabulary.tokens.indices.contains))
        for entry in entries where entry.isSpecial && Self.namesOfEnds.contains(entry.content) {
            ends.insert(entry.id)
        }
    }

    private init(sentencePiece vocabulary: GGUFVocabulary) {
        let blank = Array("▁".utf8)
        let addsBlank = vocabulary.addsBlank ?? true
        normalizers = [ReplaceNormalizer(pattern: [0x20], content: blank)]
        if addsBlank { normalizers.insert(PrependNormalizer(prefix: [0x20]), at: 0) }
        model = SentencePieceModel(
            tokens: vocabulary.tokens, scores: vocabulary.scores, unknown: vocabulary.knownUnknown ?? 0)
        decoder = .sentencePiece(addsBlank: addsBlank)
        addsBeginOfText = true
        (customaryBegin, customaryEnd) = vocabulary.tokens.count > 2 ? (1, 2) : (nil, nil)
    }

    private init(bytePairs vocabulary: GGUFVocabulary) throws(TokenizerError) {
        guard let cut = GGUFPreTokenizer.named(vocabulary.preTokenizer) else {
            throw .unsupported(
                "nibble does not know the pre-tokenizer “\(vocabulary.preTokenizer.prefix(120))” of the GGUF file."
            )
        }
        preTokenizers = cut.steps + [ByteLevelPreTokenizer(addsBlank: false, cutsWords: false)]
        addsBeginOfText = cut.addsBeginOfText
        decoder = .byteAlphabet
        var numbers: [[UInt8]: Int] = [:]
        numbers.reserveCapacity(vocabulary.tokens.count)
        for (id, token) in vocabulary.tokens.enumerated() { numbers[token] = id }
        var options = BytePairEncoding.Options()
        options.ignoresMerges = cut.ignoresMerges
        options.unknown = vocabulary.knownUnknown
        model = BytePairEncoding(
            vocabulary: numbers, merges: Self.merges(vocabulary.merges, numbers), options: options)
    }

    /// The merges whose parts and result are tokens; the first of two that are the same counts.
    private static func merges(
        _ list: [[UInt8]], _ numbers: [[UInt8]: Int]
    ) -> [BytePairEncoding.Pair: BytePairEncoding.Merge] {
        var merges: [BytePairEncoding.Pair: BytePairEncoding.Merge] = [:]
        merges.reserveCapacity(list.count)
        for (rank, text) in list.enumerated() {
            guard let blank = text.dropFirst().firstIndex(of: 0x20),
                case let (first, second) = (Array(text[..<blank]), Array(text[(blank + 1)...])),
                let left = numbers[first], let right = numbers[second], let both = numbers[first + second]
            else { continue }
            let pair = BytePairEncoding.Pair(
                UInt32(truncatingIfNeeded: left), UInt32(truncatingIfNeeded: right))
            let merge = BytePairEncoding.Merge(
                rank: UInt32(truncatingIfNeeded: rank), token: UInt32(truncatingIfNeeded: both))
            if merges[pair] == nil { merges[pair] = merge }
        }
        return merges
    }

    /// Tokens that are found in a text before it is cut.
    private static func entries(_ vocabulary: GGUFVocabulary) -> [AddedTokens.Entry] {
        vocabulary.tokens.indices.compactMap { id in
            let type = vocabulary.type(of: id)
            guard [.control, .userDefined, .unknown].contains(type), !vocabulary.tokens[id].isEmpty else {
                return nil
            }
            return AddedTokens.Entry(
                id: id, content: vocabulary.tokens[id], isSpecial: type != .userDefined, stripsLeft: false,
                stripsRight: false)
        }
    }

    /// Texts of tokens that end a turn in the chat formats that are in use.
    private static let namesOfEnds: Set<[UInt8]> = Set(
        [
            "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>",
            "<|end_of_text|>", "<EOT>", "[EOT]", "<end_of_utterance>",
        ].map { Array($0.utf8) })
}
