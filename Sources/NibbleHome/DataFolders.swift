import Foundation
import NibbleCheckpoints
import NibbleText

/// Where themes and sample models are looked for: never in a bundle, so that the program can be moved anywhere.
///
/// In this order: the folder that the user names, `$NIBBLE_HOME`, the executable's own folder, `../share/nibble` from
/// there, and the checkout that the executable was built in.
public struct DataFolders: Sendable {
    /// The folders that exist, the first to be looked into first.
    public let folders: [URL]

    /// The folders of this process.
    ///
    /// - Parameter dataDirectory: the folder that the user names.
    /// - Throws: ``HomeError/noFolder(_:)`` if that folder doesn't exist.
    public init(
        dataDirectory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: URL? = DataFolders.executable
    ) throws(HomeError) {
        if let dataDirectory, !Self.isFolder(URL(fileURLWithPath: dataDirectory)) {
            throw .noFolder(
                "There is no data folder \(dataDirectory.printable): --data-dir must name a folder.")
        }
        var found = [dataDirectory, environment["NIBBLE_HOME"]].compactMap(\.self).filter { !$0.isEmpty }
            .map { URL(fileURLWithPath: $0) }
        if let folder = executable?.deletingLastPathComponent() {
            found.append(folder)
            found.append(folder.deletingLastPathComponent().appendingPathComponent("share/nibble"))
            if let checkout = Self.checkout(around: folder) { found.append(checkout) }
        }
        var seen: Set<String> = []
        folders = found.filter { Self.isFolder($0) && seen.insert($0.standardizedFileURL.path).inserted }
    }

    /// The folders `Themes` that exist.
    public var themeFolders: [URL] { existing("Themes") }
    /// The folders `SampleModels` that exist.
    public var sampleModelFolders: [URL] { existing("SampleModels") }

    /// The sample models, each name once.
    public var sampleModels: [ModelDiscovery.Candidate] {
        var seen: Set<String> = []
        return sampleModelFolders.flatMap { ModelDiscovery.candidates(in: $0) }
            .filter { seen.insert($0.displayName).inserted }
    }

    /// The folder of a sample model; other models beside it are not looked into.
    func sampleModel(named name: String) -> URL? {
        guard !name.isEmpty, !name.contains("/") else { return nil }
        return sampleModelFolders.map { $0.appendingPathComponent(name) }.first {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent("config.json").path)
        }
    }

    /// This process's executable, links resolved.
    public static var executable: URL? {
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return URL(fileURLWithPath: path)
        }
        return CommandLine.arguments.first.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath() }
    }

    private func existing(_ name: String) -> [URL] {
        folders.map { $0.appendingPathComponent(name) }.filter(Self.isFolder)
    }

    /// The nearest folder upwards that is a checkout of this project.
    private static func checkout(around folder: URL) -> URL? {
        var folder = folder.standardizedFileURL
        for _ in 0..<8 where folder.path != "/" {
            let manifest = folder.appendingPathComponent("Package.swift").path
            let hasData = ["Themes", "SampleModels"].contains { isFolder(folder.appendingPathComponent($0)) }
            if hasData, FileManager.default.fileExists(atPath: manifest) { return folder }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
