import NibbleTestSupport
import Testing

@testable import NibbleExplorer

/// A table of the README that is made from the code.
@Suite struct ReadmeTests {
    @Test func theKeysAreThoseOfTheTable() throws {
        let table = KeyTableDocument.markdown + "\n"
        #expect(try ReadmePart.text("keys", recording: table) == table)
    }
}
