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

    /// The sentence.
    public var description: String {
        switch self {
        case .missing(let sentence), .syntax(let sentence), .unsupported(let sentence),
            .invalid(let sentence):
            Self.printable(sentence)
        }
    }

    /// A sentence may quote a file; characters that steer a terminal are written as their numbers.
    private static func printable(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
