import Foundation
import NibbleText

/// Opens a GGUF file, or a folder with one in it.
enum GGUFReader: CheckpointReader {
    static let formatName = "GGUF"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if case .file(_, let start, _) = source, start.starts(with: "GGUF".utf8) { return .byContent }
        return source.fileNames(withExtensions: ["gguf"]).isEmpty ? .no : .byName
    }

    static func weightFiles(_ source: CheckpointSource) throws(CheckpointError) -> [URL] {
        guard case .folder(let folder, _) = source else { return [source.url] }
        let files = source.files(withExtensions: ["gguf"])
        guard files.count == 1 else {
            throw .location(path: folder.path, .severalModels(files: files.map(\.lastPathComponent)))
        }
        return files
    }

    static func glance(_ source: CheckpointSource) throws(CheckpointError) {
        for url in try weightFiles(source) {
            try read(url) { bytes throws(GGUFProblem) in try GGUFHeader.architecture(bytes) }
        }
    }

    /// Only the architecture: what lies before it in the file is read, and that is seldom more than a few bytes.
    static func configuration(_ source: CheckpointSource) throws(CheckpointError) -> ConfigurationFile? {
        guard let url = try weightFiles(source).first else { return nil }
        let architecture = try read(url) { bytes throws(GGUFProblem) in try GGUFHeader.architecture(bytes) }
        return architecture.result.map { naming($0, in: url) }
    }

    /// A configuration that says no more than the architecture's name: what its values are called is the architecture's matter.
    private static func naming(_ architecture: String, in url: URL) -> ConfigurationFile {
        ConfigurationFile(["model_type": .string(architecture)], names: [:], file: url.lastPathComponent)
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        guard let url = try weightFiles(source).first else { throw source.withoutReader }
        let (file, header) = try read(url) { bytes throws(GGUFProblem) in try GGUFHeader(bytes) }
        return Checkpoint(
            location: source.url, kind: formatName, files: [file], tensors: header.tensors,
            metadata: header.metadata.values.mapValues(\.summary),
            configuration: header.metadata["general.architecture"]?.text.map { naming($0, in: url) },
            warnings: warnings(header, name: url.lastPathComponent), gguf: header.metadata)
    }

    /// Maps a file and hands its bytes to `body`, whose problem gets the file's name.
    @discardableResult
    private static func read<Result>(
        _ url: URL, _ body: (UnsafeRawBufferPointer) throws(GGUFProblem) -> Result
    ) throws(CheckpointError) -> (file: MappedFile, result: Result) {
        let file = try MappedFile.open(url.path)
        try SafetensorsReader.refuseGitPointer(file)
        do throws(GGUFProblem) {
            let result = try withExtendedLifetime(file) { () throws(GGUFProblem) in try body(file.bytes) }
            return (file, result)
        } catch {
            throw .gguf(file: url.lastPathComponent, error)
        }
    }

    private static func warnings(_ header: GGUFHeader, name: String) -> [String] {
        var warnings: [String] = []
        if let shards = header.metadata["split.count"]?.integer, shards > 1 {
            warnings.append(
                "\(name.printable) is one of \(shards) parts; the tensors of the others are not shown.")
        }
        if header.trailingByteCount > 0 {
            warnings.append("\(name.printable) has \(header.trailingByteCount) bytes behind its last tensor.")
        }
        return warnings
    }
}
