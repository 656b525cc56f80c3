import NibbleCheckpoints

/// What is wrong with the text of a setting; the description is a sentence that says what is expected.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ sentence: String) { description = sentence }

    /// A piece of the user's text, fit for a sentence: escaped and cut.
    static func quoted(_ text: some StringProtocol) -> String {
        let piece = text.prefix(41)
        return "‘" + (piece.count > 40 ? String(piece.prefix(40)) + "…" : String(piece)).printable + "’"
    }
}
