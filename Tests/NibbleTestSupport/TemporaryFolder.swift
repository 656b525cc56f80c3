import Foundation
import Synchronization

/// Folders of a test's own in the system's temporary folder, which don't outlive it.
///
/// ```swift
/// try TemporaryFolder.with("plans") { folder in
///     try plan.save(folder.appendingPathComponent("plan.yaml"))
/// }
/// ```
public enum TemporaryFolder {
    /// Calls `body` with a fresh empty folder that is removed afterwards, whether it throws or not.
    public static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try with("test", body)
    }

    /// The same with a word in the folder's name, so that one left behind by a crash tells whose it was.
    public static func with<Result>(_ name: String, _ body: (URL) throws -> Result) throws -> Result {
        let folder = try make(name)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// A fresh empty folder that is removed when the process ends, for what all tests of a run share.
    public static func untilExit(_ name: String) throws -> URL {
        let folder = try make(name)
        kept.withLock { folders in
            if folders.isEmpty { atexit { TemporaryFolder.removeKept() } }
            folders.append(folder)
        }
        return folder
    }

    private static let kept = Mutex<[URL]>([])

    private static func removeKept() {
        kept.withLock { folders in
            for folder in folders { try? FileManager.default.removeItem(at: folder) }
        }
    }

    /// The path is without symbolic links, so that it can be compared with one that a program found.
    private static func make(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("nibble-\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
