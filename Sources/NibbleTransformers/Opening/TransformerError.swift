/// What can be wrong with a model or a run, each described by a sentence for the user.
public enum TransformerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The configuration lacks something or says something impossible.
    case configuration(String)
    /// A tensor is missing or has the wrong shape or type.
    case tensor(String)
    /// The model can be looked at but not run.
    case notRunnable(String)
    /// More tokens than the context holds.
    case promptTooLong(tokens: Int, contextLength: Int)
    /// A token that is not in the vocabulary.
    case unknownToken(Int, vocabularySize: Int)

    /// The sentence.
    public var description: String {
        switch self {
        case .configuration(let sentence), .tensor(let sentence), .notRunnable(let sentence): sentence
        case .promptTooLong(let tokens, let contextLength):
            "\(tokens) tokens do not fit the context of \(contextLength): shorten the prompt or ask for fewer tokens."
        case .unknownToken(let id, let size): "Token \(id) is not in the vocabulary of \(size) tokens."
        }
    }
}
