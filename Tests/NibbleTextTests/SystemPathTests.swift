import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleText

/// Paths of any bytes keep them and can be shown.
@Suite struct SystemPathTests {
    @Test(
        arguments: [
            [0x62, 0x61, 0x64, 0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x9F, 0x98, 0x80, 0xFE],
            Array("ä 日本".utf8), [0xED, 0xA0, 0x80], [],
        ] as [[UInt8]]) func bytesComeBack(_ bytes: [UInt8])
    {
        let text = SystemPath.text(bytes)
        let back = SystemPath.with(text) { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
        #expect(back.map { UInt8(bitPattern: $0) } == bytes)
    }

    @Test func bytesThatAreNoTextAreShownAsNumbers() {
        #expect(SystemPath.text([0x62, 0xFF, 0x63]).printable == "b\\xFFc")
        #expect("\u{10FF41}".printable == "\\u{10FF41}", "which stands for no byte")
    }

    @Test func aFileOfAnyNameIsFoundAndListed() throws {
        try TemporaryFolder.with { folder in
            let path = folder.path + "/" + SystemPath.text([0x62, 0xFF])
            let descriptor = SystemPath.with(path) { Foundation.open($0, O_CREAT | O_WRONLY, 0o600) }
            try #require(descriptor >= 0, "the file system takes UTF-8 alone")
            close(descriptor)
            defer { _ = SystemPath.with(path) { unlink($0) } }
            #expect(SystemPath.status(path) != nil)
            #expect(SystemPath.names(in: folder.path) == [SystemPath.text([0x62, 0xFF])])
            let absolute = URL(fileURLWithPath: path).path
            #expect(absolute == path, "a URL keeps it")
        }
    }
}
