import Foundation
import NibbleTestSupport

/// Checkpoints of the checkout, and folders of the test's own.
enum Fixture {
    /// A committed checkpoint folder.
    static func url(_ name: String) -> URL {
        RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures/\(name)")
    }

    /// Calls `body` with a fresh folder that is removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "nibble-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
