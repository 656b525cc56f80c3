import Foundation

/// Where the tests find files of the checkout, and files that only some machines have.
public enum RepositoryPaths {
    /// The top folder of the checkout, found from this source file.
    public static let root: URL = URL(fileURLWithPath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Real checkpoints that are never committed: `$NIBBLE_MODELS`, else `Models` in the checkout, which git ignores.
    private static let optionalModels: URL =
        ProcessInfo.processInfo.environment["NIBBLE_MODELS"].map { URL(fileURLWithPath: $0) }
        ?? root.appendingPathComponent("Models")

    /// The folder of a model that isn't committed; nil if it, or one of the files that a test needs of it, is missing.
    public static func optionalModel(_ name: String, having files: String...) -> URL? {
        let folder = optionalModels.appendingPathComponent(name)
        let paths = [folder.path] + files.map { folder.appendingPathComponent($0).path }
        return paths.allSatisfy(FileManager.default.fileExists(atPath:)) ? folder : nil
    }
}
