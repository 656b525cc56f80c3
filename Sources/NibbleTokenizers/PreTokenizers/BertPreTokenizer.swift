import NibbleJSON

/// BERT's words: what stands between white space, each punctuation mark by itself.
///
/// Source: Devlin and others, 2019; what counts as punctuation is as in the `tokenizers` package: Unicode's category P
/// and all signs of ASCII. That package's tables are of Unicode 8: marks that came later, such as U+061D, are punctuation
/// here and in BERT's own code, but not there.
struct BertPreTokenizer: FilePreTokenizer {
    static let types = ["BertPreTokenizer"]

    /// The pre-tokenizer, which has no options.
    init() {}

    init(_ json: JSONValue) {}

    func split(_ words: Words, isFirst: Bool) -> Words {
        var result = Words()
        result.reserve(words.bytes.count)
        for word in words.slices {
            for scalar in Substring(decoding: word, as: UTF8.self).unicodeScalars {
                let isMark = Self.isPunctuation(scalar)
                if isMark || scalar.properties.isWhitespace { result.endWord() }
                if !scalar.properties.isWhitespace { result.append(String(scalar).utf8) }
                if isMark { result.endWord() }
            }
            result.endWord()
        }
        return result
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return (0x21...0x7E).contains(scalar.value) && !scalar.properties.isAlphabetic
                && !("0"..."9").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
