import NibbleJSON

/// Replaces a text inside tokens, such as ▁ by a space.
struct ReplaceDecoder: TokenDecoder {
    static let types = ["Replace"]

    private let replacement: ReplaceNormalizer

    /// A decoder that puts `content` wherever `pattern` stands.
    init(pattern: [UInt8], content: [UInt8]) {
        replacement = ReplaceNormalizer(pattern: pattern, content: content)
    }

    init(_ json: JSONValue) throws(TokenizerError) {
        guard let pattern = json["pattern"]?["String"]?.bytes, let content = json["content"]?.bytes else {
            throw .unsupported("tokenizer.json: nibble knows Replace decoders with a plain text only.")
        }
        self.init(pattern: pattern, content: content)
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { replacement.normalize(token) }
}
