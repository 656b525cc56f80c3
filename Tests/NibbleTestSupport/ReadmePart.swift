import Foundation

/// The parts of the README that are made from the code.
public enum ReadmePart {
    private static let file = RepositoryPaths.root.appendingPathComponent("README.md")

    /// Why a part is not found.
    public struct MissingError: Error, CustomStringConvertible {
        /// The sentence.
        public let description: String
    }

    /// The lines between `<!-- mark -->` and `<!-- /mark -->`; where `NIBBLE_RECORD_SNAPSHOTS` is 1, `table` is written
    /// there first.
    public static func text(_ mark: String, recording table: String) throws -> String {
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let start = text.range(of: "<!-- \(mark) -->\n")?.upperBound,
            let end = text.range(of: "<!-- /\(mark) -->")?.lowerBound
        else { throw MissingError(description: "The README has no part \(mark).") }
        guard ProcessInfo.processInfo.environment["NIBBLE_RECORD_SNAPSHOTS"] == "1" else {
            return String(text[start..<end])
        }
        try Data((text[..<start] + table + text[end...]).utf8).write(to: file, options: .atomic)
        return table
    }
}
