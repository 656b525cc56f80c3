import Foundation

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
        public let configuration: ConfigurationFile?
        /// Bytes of all weight files.
        public let weightByteCount: Int
        /// The kind of checkpoint, as ``Checkpoint/kind`` calls it; nil for one that nibble doesn't read.
        public let checkpointKind: String?
        /// Why it can't be opened, as a sentence; nil if nothing speaks against it so far.
        public let problem: String?

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
        let visible = names.filter { !$0.hasPrefix(".") }
        let children = visible.compactMap { name in
            child(folder.appendingPathComponent(name), includingFiles: itself == nil)
        }
        return (itself.map { [$0] } ?? []) + children
    }

    private static func child(_ url: URL, includingFiles: Bool) -> Candidate? {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return nil }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder || (includingFiles && weightExtensions.contains(url.pathExtension.lowercased())) else {
            return nil
        }
        guard let source = try? CheckpointSource(url) else { return nil }
        return candidate(source)
    }

    private static let weightExtensions: Set<String> = ["safetensors", "gguf"]
    private static let namesOfModels: Set<String> = [
        ConfigurationFile.fileName, SafetensorsReader.fileName, SafetensorsReader.indexName,
        "pytorch_model.bin",
    ]

    /// What can be said about `source`; nil if it is a folder that doesn't look like a model.
    static func candidate(_ source: CheckpointSource, displayName: String? = nil) -> Candidate? {
        if case .folder(_, let names) = source, namesOfModels.isDisjoint(with: names) { return nil }
        let reader = CheckpointReaders.reader(for: source)
        var configuration: ConfigurationFile?
        var problem: String?
        do throws(CheckpointError) {
            if let reader {
                configuration = try reader.configuration(source)
            } else {
                configuration = try ConfigurationFile.openIfPresent(in: source.folder)
            }
        } catch {
            problem = error.description
        }
        if reader == nil, configuration?.modelType == nil, configuration?.architectures.isEmpty ?? true {
            return nil
        }
        var byteCount = 0
        do throws(CheckpointError) {
            guard let reader else { throw source.withoutReader }
            byteCount = source.byteCount(of: try reader.weightFiles(source))
            try reader.glance(source)
        } catch {
            problem = problem ?? error.description
        }
        return Candidate(
            url: source.url, displayName: displayName ?? source.url.standardizedFileURL.lastPathComponent,
            configuration: configuration, weightByteCount: byteCount,
            checkpointKind: reader?.formatName, problem: problem)
    }
}
