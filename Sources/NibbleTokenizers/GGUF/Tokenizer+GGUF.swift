extension Tokenizer {
    /// How files say that they have no tokenizer; empty where they don't say anything.
    private static let namesOfNone: Set<String> = ["", "none", "no_vocab"]

    /// The tokenizer of a GGUF file, which does as llama.cpp does when it takes special tokens out of the text.
    ///
    /// - Throws: ``TokenizerError`` for a model or a splitting that nibble doesn't know, and a vocabulary that contradicts itself.
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
        let kind = try GGUFModelList.parts(of: vocabulary)
        let numbers = vocabulary.tokens.indices
        let begin = vocabulary.beginOfText ?? kind.defaultBegin
        let end = vocabulary.endOfText ?? kind.defaultEnd
        for token in [begin, end].compactMap({ $0 }) where !numbers.contains(token) {
            throw .invalid(
                "The GGUF file names token \(token) as beginning or end of a text, but has only \(numbers.count)."
            )
        }
        let addsBegin = vocabulary.addsBeginOfText ?? kind.addsBeginOfText
        let addsEnd = vocabulary.addsEndOfText ?? kind.addsEndOfText
        var parts = kind.parts
        let ends = GGUFEnds(vocabulary)
        parts.addedTokens = Self.entries(vocabulary, controls: ends.controls)
        parts.pieces.merge(zip(numbers, vocabulary.tokens), uniquingKeysWith: { first, _ in first })
        parts.postProcessors = [
            TemplatePostProcessor(
                prefix: [begin].compactMap { addsBegin ? $0 : nil },
                suffix: [end].compactMap { addsEnd ? $0 : nil }, beginsBothTexts: kind.beginsBothTexts)
        ]
        parts.beginOfText = begin
        parts.endOfText = ends.tokens.union([end].compactMap { $0 })
        self.init(parts)
    }

    /// Tokens that are found in a text before it is split.
    private static func entries(
        _ vocabulary: GGUFVocabulary, controls: Set<Int>
    ) -> [AddedTokens.Entry] {
        vocabulary.tokens.indices.compactMap { id in
            let type = controls.contains(id) ? .control : vocabulary.type(of: id)
            guard [.control, .userDefined, .unknown].contains(type), !vocabulary.tokens[id].isEmpty else {
                return nil
            }
            return AddedTokens.Entry(
                id: id, content: vocabulary.tokens[id], isSpecial: type != .userDefined, stripsLeft: false,
                stripsRight: false)
        }
    }
}
