import Foundation

/// Where the tests find files of the checkout, and files that only some machines have.
public enum RepositoryPaths {
    /// The top folder of the checkout, found from this source file.
    public static let root: URL = URL(fileURLWithPath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Real checkpoints that are never committed: `$NIBBLE_MODELS`, else a sibling folder of the checkout.
    public static let optionalModels: URL? = {
        let environment = ProcessInfo.processInfo.environment["NIBBLE_MODELS"]
        let folder =
            environment.map { URL(fileURLWithPath: $0) }
            ?? root.deletingLastPathComponent().appendingPathComponent("shared/models")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()
}
