import NibbleJSON

/// Replaces every occurrence of a text by another.
struct ReplaceNormalizer: Normalizer {
    static let types = ["Replace"]

    /// What is replaced.
    let pattern: [UInt8]
    /// What stands there afterwards.
    let content: [UInt8]

    /// A normalizer that puts `content` wherever `pattern` stands.
    init(pattern: [UInt8], content: [UInt8]) {
        self.pattern = pattern
        self.content = content
    }

    init(_ json: JSONValue) throws(TokenizerError) {
        guard let pattern = json["pattern"]?["String"]?.bytes, let content = json["content"]?.bytes else {
            throw .unsupported("tokenizer.json: nibble knows Replace normalizers with a plain text only.")
        }
        self.init(pattern: pattern, content: content)
    }

    func normalize(_ text: [UInt8]) -> [UInt8] {
        guard let first = pattern.first else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if text[position] == first, text[position...].starts(with: pattern) {
                result += content
                position += pattern.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    var ggufTraits: GGUFTraits { content == SpaceMark.bytes ? .spaceMarks : [] }
}
