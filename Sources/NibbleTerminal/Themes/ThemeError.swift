/// Why a file is not a theme.
public enum ThemeError: Error, Hashable, CustomStringConvertible {
    /// The file can't be read.
    case unreadable(file: String, reason: String)
    /// The file is far larger than any scheme.
    case tooLarge(file: String, bytes: Int)
    /// The text is not UTF-8.
    case notText(file: String)
    /// The text is not YAML.
    case notYAML(file: String, line: Int?, reason: String)
    /// The YAML is a list or a single value.
    case notAMapping(file: String)
    /// Colours are missing.
    case missingColors(file: String, names: [String])
    /// A colour is not six hexadecimal digits.
    case badColor(file: String, line: Int?, name: String, value: String)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "The theme \(file) can't be read: \(reason)."
        case .tooLarge(let file, let bytes):
            "The theme \(file) has \(bytes) bytes, far more than a colour scheme needs; is it another kind of file?"
        case .notText(let file):
            "The theme \(file) is not UTF-8 text; save it as UTF-8."
        case .notYAML(let file, let line, let reason):
            "The theme \(Self.place(file, line)) is not valid YAML: \(reason)."
        case .notAMapping(let file):
            "The theme \(file) has no “name: value” lines; it must be a base16 or base24 scheme."
        case .missingColors(let file, let names):
            "The theme \(file) lacks \(names.joined(separator: ", ")); a base16 scheme has base00 to base0F."
        case .badColor(let file, let line, let name, let value):
            "The theme \(Self.place(file, line)) gives \(name) the value “\(value)”; "
                + "a colour is six hexadecimal digits, as in \"#1a2b3c\" (with quotation marks)."
        }
    }

    private static func place(_ file: String, _ line: Int?) -> String {
        line.map { "\(file), line \($0)," } ?? file
    }
}
