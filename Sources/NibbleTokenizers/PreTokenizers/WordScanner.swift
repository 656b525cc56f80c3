/// Splits text into the words that byte-level tokenizers merge within, as three published expressions do.
///
/// GPT-2, Llama 3 and Qwen 2 differ in contractions, in what may stand before letters, in how many digits stay
/// together and in line ends. The scanner gives the matches of those expressions, left to right, first alternative
/// first.
struct WordScanner: Sendable, Equatable {
    /// Whether contractions such as 's match capitals too, and letters may follow any one sign that is no line end.
    let isModern: Bool
    /// How many digits stay together; nil for all, with a space before them.
    let digitLimit: Int?

    /// The expression of GPT-2.
    ///
    /// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    static let gpt2 = WordScanner(isModern: false, digitLimit: nil)
    /// The expression in ``modernPattern(digits:)`` with `\p{N}{1,3}`.
    static let llama3 = WordScanner(isModern: true, digitLimit: 3)
    /// The same with single digits.
    static let qwen2 = WordScanner(isModern: true, digitLimit: 1)

    /// The scanner for an expression of a tokenizer file; nil for an unknown one.
    static func recognizing(_ pattern: String) -> WordScanner? {
        switch pattern {
        case modernPattern(digits: #"\p{N}{1,3}"#): return .llama3
        case modernPattern(digits: #"\p{N}"#): return .qwen2
        case "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+":
            return .gpt2
        default: return nil
        }
    }

    private static func modernPattern(digits: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }

    private enum Kind { case letter, number, space, lineEnd, other }

    private static let asciiKinds = (0..<128).map { kindByProperties(Unicode.Scalar(UInt8($0))) }

    private static func kindByProperties(_ scalar: Unicode.Scalar) -> Kind {
        if scalar == "\r" || scalar == "\n" { return .lineEnd }
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    /// Adds the words of a text, in order; together they are the text.
    func split(_ text: ArraySlice<UInt8>, into words: inout Words) {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        let ascii = Self.asciiKinds
        let kinds = scalars.map { $0.isASCII ? ascii[Int($0.value)] : Self.kindByProperties($0) }
        var start = text.startIndex
        var position = 0
        while position < scalars.count {
            let length = self.length(at: position, scalars, kinds)
            let end = scalars[position..<position + length].reduce(start) { $0 + UTF8.width($1) }
            words.append(text[start..<end])
            words.endWord()
            start = end
            position += length
        }
    }

    private func length(at position: Int, _ scalars: [Unicode.Scalar], _ kinds: [Kind]) -> Int {
        func run(from start: Int, _ holds: (Kind) -> Bool) -> Int {
            var end = start
            while end < kinds.count, holds(kinds[end]) { end += 1 }
            return end - start
        }
        if let length = contraction(at: position, scalars) { return length }
        let kind = kinds[position]
        let isSpace = scalars[position] == " "
        let next: Kind? = position + 1 < kinds.count ? kinds[position + 1] : nil
        if kind == .letter { return run(from: position) { $0 == .letter } }
        let mayPrecedeLetters = isModern ? kind == .space || kind == .other : isSpace
        if mayPrecedeLetters, next == .letter { return 1 + run(from: position + 1) { $0 == .letter } }
        if kind == .number { return min(run(from: position) { $0 == .number }, digitLimit ?? .max) }
        if digitLimit == nil, isSpace, next == .number {
            return 1 + run(from: position + 1) { $0 == .number }
        }
        let signs = kind == .other ? position : isSpace && next == .other ? position + 1 : nil
        if let signs {
            let end = signs + run(from: signs) { $0 == .other }
            return end - position + (isModern ? run(from: end) { $0 == .lineEnd } : 0)
        }
        return whiteSpace(run(from: position) { $0 == .space || $0 == .lineEnd }, at: position, kinds)
    }

    /// A run of white space: up to its last line end, else all but the last where a word follows.
    private func whiteSpace(_ count: Int, at position: Int, _ kinds: [Kind]) -> Int {
        if isModern, let last = kinds[position..<position + count].lastIndex(of: .lineEnd) {
            return last + 1 - position
        }
        let reachesEnd = position + count == kinds.count
        return reachesEnd || count == 1 ? count : count - 1
    }

    private func contraction(at position: Int, _ scalars: [Unicode.Scalar]) -> Int? {
        guard scalars[position] == "'" else { return nil }
        let tail = scalars[(position + 1)...].prefix(2).map { isModern ? Self.lowercased($0) : $0 }
        if let first = tail.first, "sdmt".unicodeScalars.contains(first) { return 2 }
        if tail == ["l", "l"] || tail == ["v", "e"] || tail == ["r", "e"] { return 3 }
        return nil
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        // U+017F is the long s, which matches s when case is ignored.
        if scalar == "\u{17F}" { return "s" }
        return scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    }
}
