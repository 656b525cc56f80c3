import Foundation
import NibbleText

/// Finds models without opening them: names, sizes and the first bytes of weight files are all that is read.
public struct ModelDiscovery {
    /// Something that looks like a model.
    public struct Candidate: Sendable, Equatable {
        /// What to give to `Checkpoint.open`.
        public let url: URL
        /// The folder's or file's name, or `organization/name` for the Hugging Face cache.
        ///
        /// Show it `printable`.
        public let displayName: String
        /// What the model says of itself, where it can be read: architecture and, but for GGUF files, dimensions.
        public internal(set) var configuration: ConfigurationFile?
        /// Bytes of all weight files.
        public internal(set) var weightByteCount = 0
        /// How many numbered parts it is stored in; 1 where it isn't.
        public internal(set) var partCount = 1
        /// The kind of checkpoint, as ``Checkpoint/kind`` calls it; nil for one that nibble doesn't read.
        public let checkpointKind: String?
        /// Why it can't be opened, as a sentence; nil if nothing speaks against it so far.
        public internal(set) var problem: String?
        /// Why it can be browsed but not run, as a sentence, as far as the files' names and its configuration tell.
        public internal(set) var browseOnly: String?

        init(
            url: URL, displayName: String, configuration: ConfigurationFile? = nil, weightByteCount: Int = 0,
            checkpointKind: String?, problem: String? = nil
        ) {
            self.url = url
            self.displayName = displayName
            self.configuration = configuration
            self.weightByteCount = weightByteCount
            self.checkpointKind = checkpointKind
            self.problem = problem
        }

        /// `model_type`, else the first of `architectures`; nil without a configuration.
        public var kind: String? { configuration?.modelType ?? configuration?.architectures.first }
    }

    /// The models in `folder`: the folder itself if it is one, its direct children, and single weight files in it.
    ///
    /// Hidden children are left out. Sorted by name; a folder that can't be read gives none.
    public static func candidates(in folder: URL) -> [Candidate] {
        guard let source = try? CheckpointSource(folder), case .folder(_, let names) = source else {
            return []
        }
        let itself = candidate(source)
        let children = singleParts(names.filter { !$0.hasPrefix(".") }).flatMap { name in
            child(folder.appendingPathComponent(name), includingFiles: itself == nil)
        }
        return (itself.map { [$0] } ?? []) + children
    }

    /// Whether a folder has a configuration and the weights of one model beside it, as far as names tell.
    public static func isPlainModel(_ folder: URL) -> Bool {
        [ConfigurationFile.fileName, SafetensorsReader.fileName].allSatisfy {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
        }
    }

    /// Of the parts of one model only the first that is there: it stands for all.
    private static func singleParts(_ names: [String]) -> [String] {
        let others = Set(PartName.sets(among: names).sets.flatMap { $0.present.dropFirst() })
        return names.filter { !others.contains($0) }
    }

    private static func child(_ url: URL, includingFiles: Bool) -> [Candidate] {
        guard let status = SystemPath.status(url.path) else { return [] }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder || (includingFiles && weightExtensions.contains(url.pathExtension.lowercased())) else {
            return []
        }
        guard let source = try? CheckpointSource(url) else { return [] }
        return candidates(source, displayName: displayName(of: source.url))
    }

    /// What can be said about `source`: of a folder with several GGUF models, of each of them.
    static func candidates(_ source: CheckpointSource, displayName: String) -> [Candidate] {
        let models = separateModels(source)
        guard models.count > 1 else {
            return [candidate(source, displayName: displayName)].compactMap(\.self)
        }
        return models.compactMap { name in
            let url = source.folder.appendingPathComponent(name)
            guard let file = try? CheckpointSource(url) else { return nil }
            return candidate(file, displayName: "\(displayName)/\(self.displayName(of: url))")
        }
    }

    /// The files of a folder that are GGUF models, one name each; none where other weights are a model of the whole folder.
    private static func separateModels(_ source: CheckpointSource) -> [String] {
        guard case .folder(_, let names) = source, CheckpointReaders.reader(for: source) == GGUFReader.self
        else { return [] }
        return singleParts(names.filter { $0.lowercased().hasSuffix(".gguf") })
    }

    private static let weightExtensions: Set<String> = ["safetensors", "gguf"]
    private static let namesOfModels: Set<String> = [
        ConfigurationFile.fileName, SafetensorsReader.fileName, SafetensorsReader.indexName,
        "pytorch_model.bin",
    ]

    /// What can be said about `source`; nil if it is a folder that doesn't look like a model.
    static func candidate(_ source: CheckpointSource, displayName: String? = nil) -> Candidate? {
        let reader = CheckpointReaders.reader(for: source)
        if case .folder(_, let names) = source, namesOfModels.isDisjoint(with: names),
            !names.contains(where: SafetensorsReader.isIndex), !holdsOneModel(names)
        {
            return nil
        }
        var candidate = Candidate(
            url: source.url, displayName: displayName ?? self.displayName(of: source.url),
            checkpointKind: reader?.formatName)
        do throws(CheckpointError) {
            if let reader {
                candidate.configuration = try reader.configuration(source)
            } else {
                candidate.configuration = try ConfigurationFile.openIfPresent(in: source.folder)
            }
        } catch { candidate.browseOnly = error.description }
        if reader == nil, candidate.kind == nil { return nil }
        do throws(CheckpointError) {
            guard let reader else { throw source.withoutReader }
            candidate.weightByteCount = source.byteCount(of: try reader.weightFiles(source))
            if let parts = try reader.parts(source) {
                candidate.partCount = parts.count
                candidate.browseOnly = candidate.browseOnly ?? parts.problem
            }
            try reader.glance(source)
        } catch { candidate.problem = error.description }
        return candidate
    }

    /// Whether the GGUF or safetensors files of a folder without a configuration are one model, in one file or in parts.
    private static func holdsOneModel(_ names: [String]) -> Bool {
        ["gguf", "safetensors"].contains { ending in
            let files = names.filter { $0.lowercased().hasSuffix(".\(ending)") }
            let (sets, others) = PartName.sets(among: files)
            return sets.count == 1 && others.isEmpty
        }
    }
}
