import Foundation
import NibbleCheckpoints
import Testing

struct MappedFileTests {
    @Test func bytesAreTheFiles() throws {
        let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Fixture.withFolder(["file": content]) { folder in
            let file = try MappedFile.open(folder.appendingPathComponent("file").path)
            #expect(file.count == 10_000)
            file.prefetch(0..<10_000)
            file.prefetch(-5..<20_000)
            file.populate(5_000..<5_001)
            file.populate(20_000..<30_000)
            #expect(file.withUnsafeBytes { Array($0) } == content)
            #expect(Array(file.bytes) == content)
        }
    }

    @Test func aFileOfNoBytes() throws {
        try Fixture.withFolder(["file": []]) { folder in
            let file = try MappedFile.open(folder.appendingPathComponent("file").path)
            #expect(file.count == 0)
            #expect(file.bytes.isEmpty)
            file.prefetch(0..<1)
            #expect(file.change() == nil)
        }
    }

    /// A file of three pages of ones.
    private static let pages = [UInt8](repeating: 1, count: 3 * Int(getpagesize()))

    @Test(arguments: [0, 100, 5000]) func aFileThatIsCutShortReadsAsZerosAndIsMarked(_ length: Int) throws {
        try Fixture.withFolder(["file": Self.pages, "other": Self.pages]) { folder in
            let path = folder.appendingPathComponent("file").path
            let file = try MappedFile.open(path)
            let other = try MappedFile.open(folder.appendingPathComponent("other").path)
            #expect(file.change() == nil)
            #expect(truncate(path, off_t(length)) == 0)
            #expect(file.change() == .cutShort(from: Self.pages.count, to: length))
            let sum = file.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } }
            #expect(sum == length, "what the file has is read, the rest are zeros")
            #expect(file.isCutShort)
            #expect(!other.isCutShort)
            #expect(other.withUnsafeBytes { $0.allSatisfy { $0 == 1 } })
        }
    }

    @Test func aFileThatWasShortForAWhileIsNoticed() throws {
        try Fixture.withFolder(["file": Self.pages]) { folder in
            let path = folder.appendingPathComponent("file").path
            let file = try MappedFile.open(path)
            #expect(truncate(path, 0) == 0)
            #expect(file.bytes[Self.pages.count - 1] == 0)
            #expect(truncate(path, off_t(Self.pages.count)) == 0)
            #expect(file.change() == .partLost)
        }
    }

    @Test func aPlaceInTheTableOfMappingsIsUsedAgain() throws {
        try Fixture.withFolder(["file": Self.pages]) { folder in
            let path = folder.appendingPathComponent("file").path
            for _ in 0..<20_000 { _ = try MappedFile.open(path) }
            let file = try MappedFile.open(path)
            #expect(truncate(path, 0) == 0)
            #expect(file.bytes[0] == 0)
            #expect(file.isCutShort)
        }
    }

    @Test func aFileThatIsOverwrittenInPlaceIsNoticed() throws {
        try Fixture.withFolder(["file": Self.pages]) { folder in
            let url = folder.appendingPathComponent("file")
            let file = try MappedFile.open(url.path)
            usleep(20_000)
            let handle = try FileHandle(forWritingTo: url)
            try handle.write(contentsOf: Data([9]))
            try handle.close()
            #expect(file.change() == .overwritten)
        }
    }

    @Test func aTimeThatIsSetBackHidesNothing() throws {
        try Fixture.withFolder(["file": Self.pages]) { folder in
            let url = folder.appendingPathComponent("file")
            let file = try MappedFile.open(url.path)
            var status = stat()
            #expect(stat(url.path, &status) == 0)
            usleep(20_000)
            let handle = try FileHandle(forWritingTo: url)
            try handle.write(contentsOf: Data([9]))
            try handle.close()
            let times = [status.st_atim, status.st_mtim]
            #expect(utimensat(AT_FDCWD, url.path, times, 0) == 0)
            #expect(file.change() == .overwritten)
        }
    }

    @Test func otherPermissionsAndLinksAreNoChangeOfTheBytes() throws {
        try Fixture.withFolder(["file": Self.pages]) { folder in
            let path = folder.appendingPathComponent("file").path
            let file = try MappedFile.open(path)
            usleep(20_000)
            #expect(chmod(path, 0o600) == 0)
            #expect(file.change() == nil)
            #expect(link(path, folder.appendingPathComponent("second").path) == 0)
            #expect(file.change() == nil)
        }
    }

    @Test func aReplacedOrRemovedFileStaysReadable() throws {
        try Fixture.withFolder(["file": [1, 2, 3]]) { folder in
            let url = folder.appendingPathComponent("file")
            let file = try MappedFile.open(url.path)
            try Data([9]).write(to: url, options: .atomic)
            #expect(file.change() == .replaced)
            #expect(Array(file.bytes) == [1, 2, 3])
            try FileManager.default.removeItem(at: url)
            #expect(file.change() == .removed)
            #expect(Array(file.bytes) == [1, 2, 3])
        }
    }

    @Test func whatIsNoFile() throws {
        try Fixture.withFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [folder.path, pipe, "/dev/null"] {
                let error = #expect(throws: CheckpointError.self) { try MappedFile.open(path) }
                #expect(error == .location(path: path, .notAFile))
            }
            let missing = folder.appendingPathComponent("missing").path
            #expect(throws: CheckpointError.location(path: missing, .missing)) {
                try MappedFile.open(missing)
            }
        }
    }
}
