/// Why a comparison or a measurement cannot be done, as a sentence for the user.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The model can be browsed but not run, with the reason.
    case notRunnable(String)
    /// The prompt has no token to begin with.
    case emptyPrompt
    /// A text has no word to be guessed; the mask as the tokenizer writes it.
    case noMask(String)
    /// Data with labels that cannot be used, with the line.
    case data(String)
    /// Too few tokens to measure anything.
    case tooFewTokens(Int)
    /// A run would need more memory than there is.
    case needsMemory(String)

    /// The sentence.
    public var description: String {
        switch self {
        case .notRunnable(let sentence), .needsMemory(let sentence), .data(let sentence): sentence
        case .emptyPrompt:
            "The prompt is empty, and this model has no token to begin a text: write some words."
        case .noMask(let mask):
            "The text has no word to be guessed: write \(mask) where one should be."
        case .tooFewTokens(let count): "A text of \(count) tokens is too short: two are the least."
        }
    }
}
