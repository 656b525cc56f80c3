import NibbleJSON

/// Reads SentencePiece's marks as spaces; those of the first token were put there and are no text.
struct MetaspaceDecoder: TokenDecoder {
    static let types = ["Metaspace"]

    private let mark: ReplaceNormalizer
    private let firstMark: ReplaceNormalizer

    init(_ json: JSONValue) throws(TokenizerError) {
        let part = try MetaspacePreTokenizer(json)
        mark = ReplaceNormalizer(pattern: part.replacement, content: [0x20])
        let isPrepended = part.prependScheme != .never
        firstMark = isPrepended ? ReplaceNormalizer(pattern: part.replacement, content: []) : mark
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { (isFirst ? firstMark : mark).normalize(token) }
}
