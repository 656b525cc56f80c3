import NibbleJSON

/// Puts spaces between words: before every token but the first and those that go on with a word.
struct WordPieceDecoder: TokenDecoder {
    static let types = ["WordPiece"]

    /// What tokens begin with that go on with a word, `##`.
    private let prefix: [UInt8]
    /// Texts that are written without the space that words have between them, and what takes their place.
    private let cleanup: [ReplaceNormalizer]

    /// A decoder with the cleanup of English.
    init(prefix: [UInt8]) {
        self.prefix = prefix
        cleanup = Self.englishCleanup
    }

    init(_ json: JSONValue) {
        prefix = json["prefix"]?.bytes ?? Array("##".utf8)
        cleanup = json["cleanup"]?.boolean ?? true ? Self.englishCleanup : []
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
        var token = token
        if !isFirst {
            token = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token
        }
        return cleanup.reduce(token) { $1.normalize($0) }
    }

    /// As `clean_up_tokenization` of transformers: punctuation and contractions of English.
    private static let englishCleanup: [ReplaceNormalizer] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { ReplaceNormalizer(pattern: Array($0.0.utf8), content: Array($0.1.utf8)) }
}
