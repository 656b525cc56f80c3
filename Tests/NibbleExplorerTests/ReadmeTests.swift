import Foundation
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleExplorer

/// Tables of the README that are made from the code.
@Suite(.serialized) struct ReadmeTests {
    private static let file = RepositoryPaths.root.appendingPathComponent("README.md")

    @Test func theKeysAreThoseOfTheTable() throws { try check(KeyTableDocument.markdown, "keys") }

    @Test func theFormatsAreThoseOfTheCatalogue() throws {
        try check(FormatTableDocument.markdown, "formats")
    }

    /// Compares the part between two marks; `NIBBLE_RECORD_SNAPSHOTS=1` writes it.
    private func check(_ table: String, _ mark: String) throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- \(mark) -->\n"))
        let end = try #require(text.range(of: "<!-- /\(mark) -->"))
        if ProcessInfo.processInfo.environment["NIBBLE_RECORD_SNAPSHOTS"] == "1" {
            let changed = text[..<start.upperBound] + table + "\n" + text[end.lowerBound...]
            try Data(changed.utf8).write(to: Self.file, options: .atomic)
        } else {
            #expect(text[start.upperBound..<end.lowerBound] == table + "\n")
        }
    }
}
