import Foundation
import NibbleText

/// Opens a GGUF file, all parts of one that gguf-split has split, or a folder with one model in it.
enum GGUFReader: CheckpointReader {
    static let formatName = "GGUF"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if case .file(_, let start, _) = source, start.starts(with: "GGUF".utf8) { return .byContent }
        return source.fileNames(withExtensions: ["gguf"]).isEmpty ? .no : .byName
    }

    static func weightFiles(_ source: CheckpointSource) throws(CheckpointError) -> [URL] {
        try layout(source).files
    }

    static func parts(_ source: CheckpointSource) throws(CheckpointError) -> PartSet? {
        try layout(source).parts
    }

    /// The one file or the parts that a source means.
    private static func layout(
        _ source: CheckpointSource
    ) throws(CheckpointError) -> (files: [URL], parts: PartSet?) {
        let folder = source.folder
        func files(_ set: PartSet) -> [URL] { set.present.map { folder.appendingPathComponent($0) } }
        guard case .folder = source else {
            guard let part = PartName(source.url.lastPathComponent), part.count > 1,
                let set = PartName.sets(
                    among: part.all.filter {
                        SystemPath.status(folder.appendingPathComponent($0).path) != nil
                    }
                ).sets.first
            else { return ([source.url], nil) }
            return (files(set), set)
        }
        let (sets, others) = PartName.sets(among: source.fileNames(withExtensions: ["gguf"]))
        if sets.isEmpty, others.count == 1 { return ([folder.appendingPathComponent(others[0])], nil) }
        guard sets.count == 1, others.isEmpty else {
            throw .location(
                path: folder.path,
                .severalModels(
                    files: sets.map { "\($0.present[0]) (\($0.count) parts)" } + others))
        }
        return (files(sets[0]), sets[0])
    }

    static func glance(_ source: CheckpointSource) throws(CheckpointError) {
        for url in try weightFiles(source) {
            try read(url) { bytes throws(GGUFProblem) in try GGUFHeader.glance(bytes) }
        }
    }

    /// Only the architecture of the first part; lists are stepped over.
    static func configuration(_ source: CheckpointSource) throws(CheckpointError) -> ConfigurationFile? {
        guard let url = try weightFiles(source).first else { return nil }
        let architecture = try read(url) { bytes throws(GGUFProblem) in try GGUFHeader.glance(bytes) }
        return architecture.result.map { naming($0, in: url) }
    }

    /// A configuration that says no more than the architecture's name: what its values are called is the architecture's matter.
    private static func naming(_ architecture: String, in url: URL) -> ConfigurationFile {
        ConfigurationFile(["model_type": .string(architecture)], names: [:], file: url.lastPathComponent)
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        let (urls, parts) = try layout(source)
        guard let first = urls.first else { throw source.withoutReader }
        var joined = GGUFParts()
        for url in urls {
            let index = joined.files.count
            let (file, header) = try read(url) { bytes throws(GGUFProblem) in
                try GGUFHeader(bytes, fileIndex: index)
            }
            try joined.add(file, header, name: url.lastPathComponent)
        }
        let metadata = joined.metadata
        var checkpoint = Checkpoint(
            location: source.url, kind: formatName, files: joined.files, tensors: joined.tensors,
            metadata: metadata.values.mapValues(\.summary),
            configuration: metadata["general.architecture"]?.text.map { naming($0, in: first) },
            warnings: joined.warnings, gguf: metadata)
        checkpoint.parts = parts
        checkpoint.partProblem = joined.problem(names: parts)
        return checkpoint
    }

    /// Maps a file and hands its bytes to `body`, whose problem gets the file's name.
    @discardableResult
    private static func read<Result>(
        _ url: URL, _ body: (UnsafeRawBufferPointer) throws(GGUFProblem) -> Result
    ) throws(CheckpointError) -> (file: MappedFile, result: Result) {
        let file = try WeightFile.open(url)
        do throws(GGUFProblem) {
            let result = try withExtendedLifetime(file) { () throws(GGUFProblem) in try body(file.bytes) }
            return (file, result)
        } catch {
            throw .gguf(file: url.lastPathComponent, error)
        }
    }
}
