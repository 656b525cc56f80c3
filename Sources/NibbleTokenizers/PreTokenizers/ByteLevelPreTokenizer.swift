import NibbleJSON

/// Writes every byte as a printable character, after an optional space in front and GPT-2's expression.
struct ByteLevelPreTokenizer: FilePreTokenizer {
    static let types = ["ByteLevel"]

    /// Whether a word that doesn't begin with a space gets one.
    let addsSpace: Bool
    /// Whether GPT-2's expression splits the text first.
    let splitsWords: Bool

    /// A pre-tokenizer with its options.
    init(addsSpace: Bool, splitsWords: Bool) {
        self.addsSpace = addsSpace
        self.splitsWords = splitsWords
    }

    init(_ json: JSONValue) {
        addsSpace = json["add_prefix_space"]?.boolean ?? true
        splitsWords = json["use_regex"]?.boolean ?? true
    }

    func split(_ words: Words, isFirst: Bool) -> Words {
        let padded = addsSpace ? Self.padded(words) : words
        let split = splitsWords ? SplitPreTokenizer(scanner: .gpt2).split(padded, isFirst: isFirst) : padded
        var result = Words()
        result.reserve(2 * split.bytes.count)
        for word in split.slices {
            for byte in word { result.append(ByteAlphabet.characters[Int(byte)]) }
            result.endWord()
        }
        return result
    }

    private static func padded(_ words: Words) -> Words {
        var result = Words()
        for word in words.slices {
            if word.first != 0x20 { result.append(0x20) }
            result.append(word)
            result.endWord()
        }
        return result
    }

    var ggufTraits: GGUFTraits { .byteAlphabet }

    var ggufSplits: [GGUFSplit]? { addsSpace ? nil : splitsWords ? [.expression(.gpt2)] : [] }
}
