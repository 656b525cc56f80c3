import Foundation
import NibbleText

/// What a path leads to, looked at just closely enough to choose a reader.
enum CheckpointSource {
    /// A folder and the names of the files in it, sorted.
    case folder(URL, fileNames: [String])
    /// One file and its first bytes.
    case file(URL, start: [UInt8], byteCount: Int)

    /// How many first bytes a reader may look at.
    static let sniffedCount = 512

    /// Looks at `url`.
    ///
    /// A model's `config.json` or shard index stands for its folder.
    init(_ url: URL) throws(CheckpointError) {
        guard let status = SystemPath.status(url.path) else {
            throw WeightFile.refined(MappedFile.systemError(url.path, errno), url.path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            let folder = ModelDiscovery.snapshotOfRepository(url) ?? url
            self = try .folder(folder, fileNames: Self.fileNames(in: folder))
        } else if ["config.json", SafetensorsReader.indexName].contains(url.lastPathComponent) {
            let folder = url.deletingLastPathComponent()
            self = try .folder(folder, fileNames: Self.fileNames(in: folder))
        } else {
            let file = try WeightFile.openAny(url.path)
            let start = file.withUnsafeBytes { Array($0.prefix(Self.sniffedCount)) }
            self = .file(url, start: start, byteCount: file.count)
        }
    }

    private static func fileNames(in folder: URL) throws(CheckpointError) -> [String] {
        guard let names = SystemPath.names(in: folder.path) else {
            throw .location(path: folder.path, .unreadable(reason: "the folder can’t be listed"))
        }
        return names
    }

    /// The folder or file.
    var url: URL {
        switch self {
        case .folder(let url, _), .file(let url, _, _): url
        }
    }

    /// Where `config.json` would be.
    var folder: URL {
        switch self {
        case .folder(let url, _): url
        case .file(let url, _, _): url.deletingLastPathComponent()
        }
    }

    /// The error for a path that no reader recognizes.
    var withoutReader: CheckpointError {
        switch self {
        case .folder(let folder, let names):
            let hasConfiguration = names.contains(ConfigurationFile.fileName)
            if names.contains("model_index.json") { return .location(path: folder.path, .pipeline) }
            let adapters = names.filter { $0.hasPrefix("adapter_") }
            guard adapters.isEmpty else { return .location(path: folder.path, .onlyAdapter(files: adapters)) }
            let inside = Self.modelFolders(names, in: folder)
            if !hasConfiguration, !inside.isEmpty {
                return .location(path: folder.path, .modelsInside(folders: inside))
            }
            return .location(path: folder.path, .noWeights(hasConfiguration: hasConfiguration))
        case .file(let file, _, _): return .location(path: file.path, .unknownFormat)
        }
    }

    /// How many names of a folder are looked into for models.
    private static let lookedInto = 100

    /// The folders in a folder that look like models.
    private static func modelFolders(_ names: [String], in folder: URL) -> [String] {
        names.prefix(lookedInto).filter { name in
            let path = folder.appendingPathComponent(name).appendingPathComponent(ConfigurationFile.fileName)
            return ModelDiscovery.isRepository(name) || FileManager.default.fileExists(atPath: path.path)
        }
    }

    /// The bytes that `files` take together; missing ones count nothing.
    func byteCount(of files: [URL]) -> Int {
        files.reduce(0) { total, file in
            total + (SystemPath.status(file.path).map { Int($0.st_size) } ?? 0)
        }
    }

    /// The files whose names end with one of `extensions`.
    func files(withExtensions extensions: Set<String>) -> [URL] {
        fileNames(withExtensions: extensions).map { folder.appendingPathComponent($0) }
    }

    /// The names that end with one of `extensions`; for a file, its own name.
    func fileNames(withExtensions extensions: Set<String>) -> [String] {
        let names =
            switch self {
            case .folder(_, let fileNames): fileNames
            case .file(let url, _, _): [url.lastPathComponent]
            }
        return names.filter { name in
            name.split(separator: ".").dropFirst().last.map { extensions.contains($0.lowercased()) } ?? false
        }
    }
}
