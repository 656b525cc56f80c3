import Foundation

/// The part of a document between `<!-- name -->` and `<!-- /name -->`, which is made from the code.
///
/// A test compares it with what the code makes. With `NIBBLE_RECORD_SNAPSHOTS=1` it writes it anew; read the difference
/// before you commit it.
public struct MarkedPart {
    /// Why a document has no such part.
    public struct Problem: Error, CustomStringConvertible {
        /// The sentence.
        public let description: String
    }

    /// Whether texts are to be written instead of compared.
    public static let isRecording = ProcessInfo.processInfo.environment["NIBBLE_RECORD_SNAPSHOTS"] == "1"

    private let file: URL
    private let before: String
    private let after: String
    /// What stands between the marks, without the line break at its end.
    public private(set) var content: String

    /// Reads the part called `name` of a document below the top folder.
    ///
    /// - Throws: ``Problem`` if the document lacks one of the marks.
    public init(_ name: String, of path: String) throws {
        file = RepositoryPaths.root.appendingPathComponent(path)
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let start = text.range(of: "<!-- \(name) -->\n"),
            let end = text.range(of: "\n<!-- /\(name) -->"),
            start.upperBound <= end.lowerBound
        else {
            throw Problem(description: "\(path) has no part between <!-- \(name) --> and <!-- /\(name) -->.")
        }
        before = String(text[..<start.upperBound])
        content = String(text[start.upperBound..<end.lowerBound])
        after = String(text[end.lowerBound...])
    }

    /// Writes the document with another content of this part.
    public mutating func replace(by text: String) throws {
        content = text
        try Data((before + text + after).utf8).write(to: file, options: .atomic)
    }
}
