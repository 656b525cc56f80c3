import NibbleTokenizers
import NibbleTransformers

/// A text that an encoder reads, or two that it reads together.
public struct TextInput: Hashable, Sendable {
    /// The text.
    public var text: String
    /// The second text of a pair.
    public var pair: String?

    /// A text, or a pair of texts.
    public init(_ text: String, pair: String? = nil) {
        self.text = text
        self.pair = pair
    }
}

/// The tokens of a text as an encoder reads them.
public struct EncodedText: Hashable, Sendable {
    /// The number of each token.
    public let tokens: [Int]
    /// Which text of a pair each token belongs to.
    public let types: [Int]
    /// Tokens that were cut off, as the text has more than the model reads.
    public let cutCount: Int

    /// Tokenizes a text and cuts it to what the model reads, as tokenizers do: the end of the longer text of a pair goes first,
    /// the special tokens stay.
    ///
    /// - Parameter limit: Tokens that are read, at most.
    public init(_ input: TextInput, tokenizer: Tokenizer, limit: Int) {
        let encoding = tokenizer.encode(input.text, pair: input.pair)
        let texts = Self.texts(encoding.isSpecial)
        let special = encoding.ids.count - texts.reduce(0) { $0 + $1.count }
        let lengths = Self.lengths(texts.map(\.count), limit: max(0, limit - special))
        var isKept = encoding.isSpecial
        for (text, length) in zip(texts, lengths) {
            for index in text.prefix(length) { isKept[index] = true }
        }
        // Special tokens alone may be too many.
        let kept = encoding.ids.indices.filter { isKept[$0] }.prefix(max(0, limit))
        tokens = kept.map { encoding.ids[$0] }
        types = kept.map { encoding.types[$0] }
        cutCount = encoding.ids.count - kept.count
    }

    /// The places of each text's own tokens: runs between special tokens.
    private static func texts(_ isSpecial: [Bool]) -> [Range<Int>] {
        var texts: [Range<Int>] = []
        var start = 0
        for (index, isEnd) in (isSpecial + [true]).enumerated() where isEnd {
            if index > start { texts.append(start..<index) }
            start = index + 1
        }
        return texts
    }

    /// What is left of some lengths when the longest, of equal ones the last, gives way token by token.
    private static func lengths(_ lengths: [Int], limit: Int) -> [Int] {
        var lengths = lengths
        for _ in 0..<max(0, lengths.reduce(0, +) - limit) {
            guard let longest = lengths.indices.max(by: { lengths[$0] <= lengths[$1] }) else { break }
            lengths[longest] -= 1
        }
        return lengths
    }
}
