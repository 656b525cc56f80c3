/// SentencePiece: ▁ for spaces, merging by score, bytes for what the vocabulary lacks.
enum GGUFSentencePiece: GGUFModel {
    static let name = GGUFVocabulary.sentencePiece

    static func parts(of vocabulary: GGUFVocabulary) -> GGUFModelParts {
        let addsSpace = vocabulary.addsSpacePrefix ?? true
        let model = SentencePieceModel(
            tokens: vocabulary.tokens, scores: vocabulary.scores, unknown: vocabulary.knownUnknown ?? 0)
        var parts = TokenizerParts(model: model)
        parts.normalizers = addsSpace ? [PrependNormalizer(prefix: [0x20])] : []
        parts.normalizers.append(ReplaceNormalizer(pattern: [0x20], content: SpaceMark.bytes))
        parts.decoders = [
            ReplaceDecoder(pattern: SpaceMark.bytes, content: [0x20]), ByteFallbackDecoder(),
            StripDecoder(spaces: addsSpace ? 1 : 0),
        ]
        let hasDefaults = vocabulary.tokens.count > 2
        return GGUFModelParts(
            parts: parts, defaultBegin: hasDefaults ? 1 : nil, defaultEnd: hasDefaults ? 2 : nil,
            addsBeginOfText: true)
    }
}
