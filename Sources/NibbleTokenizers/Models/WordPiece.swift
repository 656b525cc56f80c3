import NibbleJSON

/// WordPiece: the longest piece that a word begins with, then the longest that goes on, to the word's end.
///
/// Pieces that go on with a word are written with a prefix, `##`. A word that cannot be put together so, or that is
/// longer than a limit, is one unknown token.
///
/// Source: Wu and others, “Google’s Neural Machine Translation System”, 2016, as BERT uses it.
struct WordPiece: FileTokenModel {
    static let types = ["WordPiece"]

    let vocabulary: [[UInt8]: Int]
    private let unknown: Int
    /// What pieces begin with that go on with a word.
    private let prefix: [UInt8]
    /// Characters of the longest word that is taken apart.
    private let longestWord: Int
    /// Bytes of the longest piece: no longer one is looked for.
    private let longestPiece: Int

    init(_ json: JSONValue) throws(TokenizerError) {
        vocabulary = try TokenModelList.vocabulary(json)
        let name = json["unk_token"]?.bytes ?? Array("[UNK]".utf8)
        guard let unknown = vocabulary[name] else {
            let text = String(decoding: name, as: UTF8.self)
            throw .invalid("tokenizer.json: the unknown token “\(text)” is not in the vocabulary.")
        }
        self.unknown = unknown
        prefix = json["continuing_subword_prefix"]?.bytes ?? Array("##".utf8)
        longestWord = json["max_input_chars_per_word"]?.integer ?? 100
        longestPiece = vocabulary.keys.map(\.count).max() ?? 0
    }

    /// A model from its parts, of words of any length.
    init(vocabulary: [[UInt8]: Int], unknown: Int, prefix: [UInt8]) {
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.prefix = prefix
        longestWord = .max
        longestPiece = vocabulary.keys.map(\.count).max() ?? 0
    }

    func encode(_ word: ArraySlice<UInt8>) -> [Int] {
        let length = word.count { $0 & 0xC0 != 0x80 }
        guard length <= longestWord else { return [unknown] }
        var tokens: [Int] = []
        var rest = word
        while !rest.isEmpty {
            guard let piece = longest(at: rest, isFirst: rest.startIndex == word.startIndex) else {
                return [unknown]
            }
            tokens.append(piece.token)
            rest = rest[piece.end...]
        }
        return tokens
    }

    /// The longest piece that a text begins with, and where it ends; nil if none does.
    private func longest(at text: ArraySlice<UInt8>, isFirst: Bool) -> (token: Int, end: Int)? {
        let start = isFirst ? [] : prefix
        var end = min(text.endIndex, text.startIndex + longestPiece)
        while end > text.startIndex {
            let isWhole = end == text.endIndex || text[end] & 0xC0 != 0x80
            if isWhole, let token = vocabulary[start + text[..<end]] { return (token, end) }
            end -= 1
        }
        return nil
    }
}
