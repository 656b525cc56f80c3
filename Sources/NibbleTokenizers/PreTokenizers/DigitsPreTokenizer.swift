import NibbleJSON

/// Keeps numbers apart from what stands around them: each digit by itself, or each run of digits.
struct DigitsPreTokenizer: FilePreTokenizer {
    static let types = ["Digits"]

    /// Whether each digit is a word, or a whole run of them.
    let isIndividual: Bool

    /// A pre-tokenizer of digits or of runs.
    init(isIndividual: Bool) { self.isIndividual = isIndividual }

    init(_ json: JSONValue) { isIndividual = json["individual_digits"]?.boolean ?? false }

    func split(_ words: Words, isFirst: Bool) -> Words {
        RunPreTokenizer(length: isIndividual ? 1 : nil) { RunPreTokenizer.isNumber($0) }
            .split(words, isFirst: isFirst)
    }

    var ggufSplits: [GGUFSplit]? { isIndividual ? [.digits] : nil }
}
