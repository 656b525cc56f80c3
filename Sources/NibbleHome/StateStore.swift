import Foundation

/// What nibble remembers between runs: recent models, prompts, and where each model's plan is.
///
/// Everything lies in ``UserFolders/state``. Files are replaced whole; a broken list counts as empty.
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

    /// The file to which a model's plan was last saved by hand; nil if it never was or the file is gone.
    public func planLocation(forModelAt model: URL) -> URL? {
        guard let data = try? TextFile.read(locationFile(forModelAt: model), limit: 1 << 16) else {
            return nil
        }
        let path = String(decoding: data, as: UTF8.self)
        return FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path) : nil
    }

    /// Remembers the file to which a model's plan was saved by hand; nil forgets it.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func keepLocation(_ location: URL?, forModelAt model: URL) throws(HomeError) {
        let file = locationFile(forModelAt: model)
        try makeFolder(file.deletingLastPathComponent())
        do {
            try TextFile.write(location?.standardizedFileURL.path ?? "", to: file)
        } catch { throw .notKept(file: file.path, reason: error.reason) }
    }

    private func locationFile(forModelAt model: URL) -> URL {
        planFile(forModelAt: model).deletingPathExtension().appendingPathExtension("saved-at")
    }

    /// Models opened before, the latest first; those that are gone are left out.
    public func recentModels() -> [URL] {
        strings(in: "recent-models.json").filter(FileManager.default.fileExists(atPath:)).map {
            URL(fileURLWithPath: $0)
        }
    }

    /// Puts a model at the head of the recent ones.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func rememberModel(_ model: URL) throws(HomeError) {
        try remember(Self.path(of: model), in: "recent-models.json", limit: Self.recentLimit)
    }

    /// Prompts entered before, the latest first.
    public func prompts() -> [String] { strings(in: "prompts.json") }

    /// Puts a prompt at the head of the history; an empty one is left out.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be written.
    public func rememberPrompt(_ prompt: String) throws(HomeError) {
        guard !prompt.isEmpty else { return }
        try remember(prompt, in: "prompts.json", limit: Self.promptLimit)
    }

    private static func path(of model: URL) -> String {
        model.standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// FNV-1a, 64 bits (Fowler, Noll and Vo): the same in every run, unlike Swift's own hash.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private func strings(in name: String) -> [String] {
        guard let data = try? TextFile.read(directory.appendingPathComponent(name), limit: 16 << 20) else {
            return []
        }
        return (try? JSONDecoder().decode([String].self, from: data)) ?? []
    }

    private func remember(_ item: String, in name: String, limit: Int) throws(HomeError) {
        // Compared by bytes: texts that differ only in composition are different prompts and different paths.
        let others = strings(in: name).filter { !$0.utf8.elementsEqual(item.utf8) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Array(([item] + others).prefix(limit))) else { return }
        try makeFolder(directory)
        do {
            try TextFile.write(
                String(decoding: data, as: UTF8.self), to: directory.appendingPathComponent(name))
        } catch { throw .notKept(file: name, reason: error.reason) }
    }

    /// Makes a folder of the store and those above it.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if it can't be made.
    public func makeFolder(_ folder: URL) throws(HomeError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .notKept(file: folder.path, reason: "The folder cannot be made: check its permissions.")
        }
    }
}
