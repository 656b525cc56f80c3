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
            try file.checkStillWhole()
        }
    }

    @Test func aFileThatWasCutIsNoticed() throws {
        try Fixture.withFolder(["file": [UInt8](repeating: 1, count: 100)]) { folder in
            let path = folder.appendingPathComponent("file").path
            let file = try MappedFile.open(path)
            try file.checkStillWhole()
            #expect(truncate(path, 40) == 0)
            let error = #expect(throws: CheckpointError.self) { try file.checkStillWhole() }
            #expect(error == .location(path: path, .shrunk(from: 100, to: 40)))
            #expect(error?.description.contains("was cut from 100 to 40 bytes while it was open") == true)
        }
    }

    @Test func aReplacedFileStaysReadable() throws {
        try Fixture.withFolder(["file": [1, 2, 3]]) { folder in
            let url = folder.appendingPathComponent("file")
            let file = try MappedFile.open(url.path)
            try Data([9]).write(to: url, options: .atomic)
            try file.checkStillWhole()
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
