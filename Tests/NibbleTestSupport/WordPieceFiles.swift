import Foundation

/// A small BERT tokenizer, for encoders of random weights that have none.
public enum WordPieceFiles {
    /// Special tokens, the letters, the letters inside words, and some words; as many as asked for.
    public static func vocabulary(_ count: Int) -> [String] {
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        let words = ["good", "bad", "day", "the", "is", "not"]
        let all =
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + words + letters + letters.map { "##" + $0 }
        return Array((all + (0..<max(0, count - all.count)).map { "[unused\($0)]" }).prefix(count))
    }

    /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder.
    ///
    /// - Parameters:
    ///   - count: Tokens of the vocabulary.
    ///   - hasMask: Whether the configuration names the mask.
    public static func write(to folder: URL, count: Int, hasMask: Bool = true) throws {
        let vocabulary = Dictionary(
            vocabulary(count).enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { $1 })
        let added = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].enumerated().map { id, content in
            [
                "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            ] as [String: Any]
        }
        let values: [String: Any] = [
            "version": "1.0", "added_tokens": added,
            "normalizer": [
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "lowercase": true,
            ],
            "pre_tokenizer": ["type": "BertPreTokenizer"],
            "post_processor": ["type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]],
            "decoder": ["type": "WordPiece", "prefix": "##", "cleanup": true],
            "model": [
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary,
            ],
        ]
        try JSONSerialization.data(withJSONObject: values).write(
            to: folder.appendingPathComponent("tokenizer.json"))
        try JSONSerialization.data(withJSONObject: hasMask ? ["mask_token": "[MASK]"] : [:]).write(
            to: folder.appendingPathComponent("tokenizer_config.json"))
    }
}
