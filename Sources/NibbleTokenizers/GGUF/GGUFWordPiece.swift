/// WordPiece as llama.cpp runs it: text without accents and capitals, ▁ before pieces that begin a word.
enum GGUFWordPiece: GGUFModel {
    static let name = GGUFVocabulary.wordPiece

    /// What pieces begin with here that go on with a word.
    private static let prefix = Array("##".utf8)

    static func parts(of vocabulary: GGUFVocabulary) -> GGUFModelParts {
        let pieces = vocabulary.tokens.indices.map { piece($0, vocabulary) }
        var numbers: [[UInt8]: Int] = [:]
        numbers.reserveCapacity(pieces.count)
        for (id, piece) in pieces.enumerated() { numbers[piece] = id }
        let unknown = vocabulary.knownUnknown ?? numbers[Array("[UNK]".utf8)] ?? 0
        var parts = TokenizerParts(
            model: WordPiece(vocabulary: numbers, unknown: unknown, prefix: prefix))
        parts.normalizers = [BertNormalizer.uncased]
        parts.preTokenizers = [BertPreTokenizer()]
        parts.decoders = [WordPieceDecoder(prefix: prefix)]
        parts.pieces = Dictionary(uniqueKeysWithValues: zip(pieces.indices, pieces))
        return GGUFModelParts(
            parts: parts, defaultBegin: vocabulary.classification ?? numbers[Array("[CLS]".utf8)],
            defaultEnd: vocabulary.separator ?? numbers[Array("[SEP]".utf8)], addsBeginOfText: true,
            addsEndOfText: true, beginsBothTexts: false)
    }

    /// A token as BERT's own files write it: with `##` where it goes on with a word.
    private static func piece(_ id: Int, _ vocabulary: GGUFVocabulary) -> [UInt8] {
        let token = vocabulary.tokens[id]
        if token.starts(with: SpaceMark.bytes) { return Array(token.dropFirst(SpaceMark.bytes.count)) }
        let isText = [.normal, .userDefined].contains(vocabulary.type(of: id))
        return isText && token.first != UInt8(ascii: "[") ? prefix + token : token
    }
}
