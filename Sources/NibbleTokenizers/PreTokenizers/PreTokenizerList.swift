import NibbleJSON

/// The pre-tokenizers that a tokenizer file can name.
enum PreTokenizerList {
    /// Every kind.
    static let all: [any FilePreTokenizer.Type] = [
        ByteLevelPreTokenizer.self, SplitPreTokenizer.self, DigitsPreTokenizer.self,
        MetaspacePreTokenizer.self, BertPreTokenizer.self,
    ]

    /// Those of a file's `pre_tokenizer`, in order.
    static func parts(_ json: JSONValue?) throws(TokenizerError) -> [any PreTokenizer] {
        try FileParts.read(json, kind: "pre-tokenizer", members: "pretokenizers") {
            (type, json) throws(TokenizerError) -> (any PreTokenizer)? in
            try all.first { $0.types.contains(type) }?.init(json)
        }
    }
}
