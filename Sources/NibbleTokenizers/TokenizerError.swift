import NibbleText

/// What is wrong with a tokenizer file, as a sentence for the user.
public enum TokenizerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no tokenizer.json.
    case missing(String)
    /// The file is not JSON.
    case syntax(String)
    /// The file describes something that nibble doesn't know.
    case unsupported(String)
    /// The file contradicts itself.
    case invalid(String)

    /// The sentence; it may quote a file, so characters that steer a terminal are written as their numbers.
    public var description: String {
        switch self {
        case .missing(let sentence), .syntax(let sentence), .unsupported(let sentence),
            .invalid(let sentence):
            sentence.printable
        }
    }
}
