import NibbleTestSupport
import Testing

@testable import NibbleExplorer

/// The table of keys in the documents is made from the code.
@Suite struct DocumentTableTests {
    /// `NIBBLE_RECORD_SNAPSHOTS=1` writes the table.
    @Test func theKeysAreThoseOfTheTable() throws {
        let table = KeyTableDocument.markdown
        var part = try MarkedPart("keys", of: "Documentation/Keys.md")
        if MarkedPart.isRecording { try part.replace(by: table) }
        #expect(part.content == table)
    }
}
