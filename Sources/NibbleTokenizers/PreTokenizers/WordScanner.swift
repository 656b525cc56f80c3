/// Cuts text into the words that byte-level tokenizers merge within, as three published expressions do.
///
/// GPT-2, Llama 3 and Qwen 2 differ in contractions, in what may stand before letters, in how many digits stay together
/// and in line ends. The scanner gives the matches of those expressions, left to right, first alternative first.
struct WordScanner: Sendable {
    /// Whether contractions such as 's match capitals too, and letters may follow any one sign that is no line end.
    let isModern: Bool
    /// How many digits stay together; nil for all, with a blank before them.
    let digitLimit: Int?

    /// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    static let gpt2 = WordScanner(isModern: false, digitLimit: nil)
    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    static let llama3 = WordScanner(isModern: true, digitLimit: 3)
    /// The same with single digits.
    static let qwen2 = WordScanner(isModern: true, digitLimit: 1)

    /// The scanner for an expression of a tokenizer file; nil for an unknown one.
    static func recognizing(_ pattern: String) -> WordScanner? {
        let modern = { (digits: String) in
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\(digits)| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
        }
        switch pattern {
        case modern("\\p{N}{1,3}"): return .llama3
        case modern("\\p{N}"): return .qwen2
        case "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+":
            return .gpt2
        default: return nil
        }
    }

    private enum Kind { case letter, number, space, lineEnd, other }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        if scalar == "\r" || scalar == "\n" { return .lineEnd }
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    /// The words of a text, in order; together they are the text.
    func words(in text: Substring) -> [Substring] {
        let scalars = Array(text.unicodeScalars)
        let kinds = scalars.map(Self.kind)
        var words: [Substring] = []
        var start = text.startIndex
        var position = 0
        while position < scalars.count {
            let length = self.length(at: position, scalars, kinds)
            let end = text.unicodeScalars.index(start, offsetBy: length)
            words.append(text[start..<end])
            start = end
            position += length
        }
        return words
    }

    private func length(at position: Int, _ scalars: [Unicode.Scalar], _ kinds: [Kind]) -> Int {
        func run(from start: Int, _ holds: (Kind) -> Bool) -> Int {
            var end = start
            while end < kinds.count, holds(kinds[end]) { end += 1 }
            return end - start
        }
        if let length = contraction(at: position, scalars) { return length }
        let kind = kinds[position]
        let isBlank = scalars[position] == " "
        let next: Kind? = position + 1 < kinds.count ? kinds[position + 1] : nil
        if kind == .letter { return run(from: position) { $0 == .letter } }
        let mayPrecedeLetters = isModern ? kind == .space || kind == .other : isBlank
        if mayPrecedeLetters, next == .letter { return 1 + run(from: position + 1) { $0 == .letter } }
        if kind == .number { return min(run(from: position) { $0 == .number }, digitLimit ?? .max) }
        if digitLimit == nil, isBlank, next == .number { return 1 + run(from: position + 1) { $0 == .number } }
        let signs = kind == .other ? position : isBlank && next == .other ? position + 1 : nil
        if let signs {
            let end = signs + run(from: signs) { $0 == .other }
            return end - position + (isModern ? run(from: end) { $0 == .lineEnd } : 0)
        }
        return blanks(run(from: position) { $0 == .space || $0 == .lineEnd }, at: position, kinds)
    }

    /// A run of white space: up to its last line end, else all but the last where a word follows.
    private func blanks(_ count: Int, at position: Int, _ kinds: [Kind]) -> Int {
        if isModern, let last = kinds[position..<position + count].lastIndex(of: .lineEnd) { return last + 1 - position }
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
