import NibbleJSON

/// The normalizers that a tokenizer file can name.
enum NormalizerList {
    /// Every kind.
    static let all: [any Normalizer.Type] = [
        PrependNormalizer.self, ReplaceNormalizer.self, UnicodeNormalizer.self, BertNormalizer.self,
    ]

    /// Those of a file's `normalizer`, in order.
    static func parts(_ json: JSONValue?) throws(TokenizerError) -> [any Normalizer] {
        try FileParts.read(json, kind: "normalizer", members: "normalizers") {
            (type, json) throws(TokenizerError) -> (any Normalizer)? in
            try all.first { $0.types.contains(type) }?.init(json)
        }
    }
}
