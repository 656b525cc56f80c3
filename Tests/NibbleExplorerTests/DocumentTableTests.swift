import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleExplorer

/// Tables of the documents that are made from the code.
@Suite(.serialized) struct DocumentTableTests {
    @Test func theKeysAreThoseOfTheTable() throws {
        try check(KeyTableDocument.markdown, "keys", of: "Documentation/Keys.md")
    }

    @Test func theFormatsAreThoseOfTheCatalogue() throws {
        try check(FormatTableDocument.markdown, "formats", of: "Documentation/Formats.md")
    }

    /// Compares the part between two marks; `NIBBLE_RECORD_SNAPSHOTS=1` writes it.
    private func check(_ table: String, _ name: String, of path: String) throws {
        var part = try MarkedPart(name, of: path)
        if MarkedPart.isRecording { try part.replace(by: table) }
        #expect(part.content == table)
    }
}
