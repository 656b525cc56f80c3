import Foundation
import NibbleText

/// What nibble remembers between runs: recent models, prompts, settings, and where each model's plan is.
///
/// Everything lies in ``UserFolders/state``, for nobody else's eyes. Files are replaced whole; several instances take
/// turns, each adding to what the others wrote; a broken list counts as empty.
///
/// ```swift
/// let store = StateStore()
/// try store.rememberPrompt("Once upon a time")
/// store.prompts().first                                   // "Once upon a time"
/// ```
public struct StateStore: Sendable {
    /// The folder; it is made when something is first written.
    public let directory: URL
    /// Models remembered at most.
    public static let recentLimit = 30
    /// Prompts remembered at most.
    public static let promptLimit = 200
    /// Files of plans remembered at most for each model.
    public static let planLimit = 20

    /// The store of the user whose environment this is.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        directory = UserFolders(environment: environment).state
    }

    /// The file of a model's plan, named by a hash of the model's resolved path.
    public func planFile(forModelAt model: URL) -> URL {
        let path = Self.path(of: model)
        return directory.appendingPathComponent("plans")
            .appendingPathComponent("\(String(Self.hash(path), radix: 16)).yaml")
    }

    // MARK: Lists

    /// Models opened before, the latest first; those that are gone are left out.
    public func recentModels() -> [URL] {
        strings(in: recentModelsFile).filter { SystemPath.status($0) != nil }.map {
            URL(fileURLWithPath: $0)
        }
    }

    /// Puts a model at the head of the recent ones.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func rememberModel(_ model: URL) throws(HomeError) {
        try remember(Self.path(of: model), in: recentModelsFile, limit: Self.recentLimit)
    }

    /// Prompts entered before, the latest first.
    ///
    /// - Parameter kind: The name of a kind of models that has a history of its own; nil for that of language models.
    public func prompts(of kind: String? = nil) -> [String] { strings(in: promptsFile(kind)) }

    /// Puts a prompt at the head of the history; an empty one is left out.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func rememberPrompt(_ prompt: String, of kind: String? = nil) throws(HomeError) {
        guard !prompt.isEmpty else { return }
        try remember(prompt, in: promptsFile(kind), limit: Self.promptLimit)
    }

    /// Files that plans for a model were loaded from or saved to, the latest first; those that are gone are left out.
    public func recentPlans(forModelAt model: URL) -> [URL] {
        strings(in: recentPlansFile(model)).filter(FileManager.default.fileExists(atPath:)).map {
            URL(fileURLWithPath: $0)
        }
    }

    /// Puts a file at the head of those that plans for a model were loaded from or saved to.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func rememberPlan(_ file: URL, forModelAt model: URL) throws(HomeError) {
        try remember(file.standardizedFileURL.path, in: recentPlansFile(model), limit: Self.planLimit)
    }

    private var recentModelsFile: URL { directory.appendingPathComponent("recent-models.json") }
    private func promptsFile(_ kind: String?) -> URL {
        directory.appendingPathComponent("prompts\(kind.map { "-" + $0 } ?? "").json")
    }
    private func recentPlansFile(_ model: URL) -> URL {
        planFile(forModelAt: model).deletingPathExtension().appendingPathExtension("recent.json")
    }

    private static func path(of model: URL) -> String {
        model.standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// FNV-1a, 64 bits (Fowler, Noll and Vo): the same in every run, unlike Swift's own hash.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private func strings(in file: URL) -> [String] {
        guard let data = try? TextFile.read(file, limit: 16 << 20) else { return [] }
        return (try? JSONDecoder().decode([String].self, from: data)) ?? []
    }

    private func remember(_ item: String, in file: URL, limit: Int) throws(HomeError) {
        try exclusively { () throws(HomeError) in
            // Compared by bytes: texts that differ only in composition are different prompts and different paths.
            let others = strings(in: file).filter { !$0.utf8.elementsEqual(item.utf8) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(Array(([item] + others).prefix(limit))) else { return }
            try write(data, to: file)
        }
    }
}

// MARK: - Writing

extension StateStore {
    /// Calls `body` while no other instance of nibble writes into the folder.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if the folder can't be made or written, and what `body` throws.
    public func exclusively<Result>(_ body: () throws(HomeError) -> Result) throws(HomeError) -> Result {
        try makeFolder(directory)
        return try FileLock.holding(directory.appendingPathComponent("lock"), body)
    }

    /// Writes a file of the store, readable for its owner alone.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)``.
    public func write(_ bytes: Data, to file: URL) throws(HomeError) {
        try makeFolder(file.deletingLastPathComponent())
        do { try TextFile.write(bytes, to: file, permissions: 0o600) } catch {
            throw .notKept(file: file.path, reason: error.reason)
        }
    }

    /// Makes a folder of the store and those above it; its own folders are for nobody else.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be made.
    public func makeFolder(_ folder: URL) throws(HomeError) {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notKept(file: folder.path, reason: "The folder cannot be made: check its permissions.")
        }
        // One that an older version made is open to others.
        var status = stat()
        if stat(folder.path, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 != 0 {
            chmod(folder.path, 0o700)
        }
    }

    /// Why nothing can be kept, as a sentence; nil if it can.
    ///
    /// It is tried out, with a file of one byte.
    public func problem() -> String? {
        do throws(HomeError) {
            let trial = directory.appendingPathComponent("trial-\(ProcessInfo.processInfo.processIdentifier)")
            defer { unlink(trial.path) }
            // One byte, so that a full disk shows.
            try exclusively { () throws(HomeError) in try write(Data([10]), to: trial) }
            return nil
        } catch { return error.description }
    }
}
