/// Makes words of the runs of some characters; what stands between them stays together.
struct RunPreTokenizer: PreTokenizer {
    /// Characters of a word; nil for the whole run.
    var length: Int?
    /// Whether a character belongs to such runs.
    let matches: @Sendable (Unicode.Scalar) -> Bool

    /// Whether a character is a number of any script (`\p{N}`).
    static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    func split(_ words: Words, isFirst: Bool) -> Words {
        var result = Words()
        result.reserve(words.bytes.count)
        for word in words.slices { split(word, into: &result) }
        return result
    }

    private func split(_ word: ArraySlice<UInt8>, into result: inout Words) {
        var rest = Substring(decoding: word, as: UTF8.self).unicodeScalars
        while let scalar = rest.first {
            let run = rest.prefix { matches($0) }
            let count = length ?? run.count
            guard count > 0, run.count >= count else {
                result.append(String(scalar).utf8)
                rest.removeFirst()
                continue
            }
            result.endWord()
            for scalar in run.prefix(count) { result.append(String(scalar).utf8) }
            result.endWord()
            rest.removeFirst(count)
        }
        result.endWord()
    }
}
