import Foundation
import NibbleCheckpoints
import NibbleTestSupport

/// Checkpoints of the checkout, and folders of the test's own.
enum Fixture {
    /// A committed checkpoint folder.
    static func url(_ name: String) -> URL {
        RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures/\(name)")
    }

    /// Calls `body` with a fresh folder that is removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try TemporaryFolder.with("checkpoints", body)
    }
}

extension Fixture {
    /// The bytes of a safetensors file with the header `json` (its length before it) and `dataCount` bytes of data.
    static func safetensors(_ json: String, dataCount: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian, Array.init) + Array(json.utf8)
            + [UInt8](repeating: 0, count: dataCount)
    }

    /// Calls `body` with a fresh folder that holds `files`.
    static func withFolder<Result>(
        _ files: [String: [UInt8]], _ body: (URL) throws -> Result
    ) throws -> Result {
        try withFolder { folder in
            for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
            return try body(folder)
        }
    }

    /// The sentence that opening a folder with `files` gives; nil if it opens.
    static func sentence(_ files: [String: [UInt8]], path: String = "") throws -> String? {
        try withFolder(files) { folder -> String? in
            do throws(CheckpointError) {
                _ = try Checkpoint.open(path.isEmpty ? folder : folder.appendingPathComponent(path))
                return nil
            } catch {
                return error.description
            }
        }
    }
}
