import Foundation

/// An open checkpoint: a validated list of tensors, their files mapped, and the model's configuration.
///
/// Opening reads headers only; a tensor's pages are read when somebody touches them.
public struct Checkpoint: Sendable {
    /// The folder or file that was opened.
    public let location: URL
    /// The format's name, for example “safetensors”.
    public let kind: String
    /// The mapped files; `TensorDescription.fileIndex` counts these.
    public let files: [MappedFile]
    /// Every tensor, by file and by place in the file.
    public let orderedTensors: [TensorDescription]
    /// Every tensor by its name.
    public let tensors: [String: TensorDescription]
    /// The free texts that the writer put into the files (`__metadata__`).
    public let metadata: [String: String]
    /// `config.json`; nil if there is none beside the weights, or it can't be read.
    public private(set) var configuration: ConfigurationFile?
    /// Why `config.json` can't be read, as a sentence; nil if it can, or there is none.
    public private(set) var configurationProblem: String?
    /// The numbered parts that the model is stored in, as far as they are here; nil for one that isn't stored so.
    var parts: PartSet?
    /// What is wrong with parts that are all here, as a sentence.
    var partProblem: String?
    /// Where the shard index places tensors that no shard holds.
    var absentTensors: [String: String] = [:]
    /// Sentences about what is odd but does no harm, such as a tensor that the shard index doesn't list.
    public let warnings: [String]
    /// The whole metadata of a GGUF file; nil for other kinds.
    public let gguf: GGUFMetadata?
    /// Tells what was opened from the same place at another time.
    public let identity: Int

    init(
        location: URL, kind: String, files: [MappedFile], tensors: [TensorDescription],
        metadata: [String: String], configuration: ConfigurationFile? = nil, warnings: [String],
        gguf: GGUFMetadata? = nil
    ) {
        self.location = location
        self.kind = kind
        self.files = files
        orderedTensors = tensors
        self.tensors = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.metadata = metadata
        self.configuration = configuration
        self.warnings = warnings
        self.gguf = gguf
        identity = files.map(\.stamp).hashValue
    }

    /// Opens a model: a Hugging Face folder, or one weight file with an optional `config.json` beside it.
    ///
    /// The kind is recognized by content first and by file name second. In a folder `model.safetensors` goes before
    /// an index with shards, as in the transformers library.
    /// - Throws: `CheckpointError`, whose description is a sentence for the user.
    public static func open(_ url: URL) throws(CheckpointError) -> Checkpoint {
        let source = try CheckpointSource(url)
        guard let reader = CheckpointReaders.reader(for: source) else { throw source.withoutReader }
        let checkpoint = try reader.open(source)
        if let change = checkpoint.change(), case .cutShort(let from, let to) = change.change {
            throw .location(path: change.path, .shrunk(from: from, to: to))
        }
        return checkpoint
    }

    /// Reads `config.json` beside the weights; what is wrong with it bars nobody from browsing them.
    mutating func readConfiguration(of source: CheckpointSource) {
        do throws(CheckpointError) {
            configuration = try ConfigurationFile.openIfPresent(in: source.folder)
        } catch { configurationProblem = error.description }
    }

    /// How many files the model is stored in, those that are missing too.
    public var partCount: Int { parts?.count ?? files.count }

    /// Why the model isn't whole, as a sentence: it can be browsed, but neither run nor written; nil if it is whole.
    public var incompleteness: String? { parts?.problem ?? partProblem }

    /// The bytes of all tensors.
    public var totalByteCount: Int { orderedTensors.reduce(0) { $0 + $1.byteCount } }

    /// The number of weights: elements of floating-point tensors, and what codes of quantized ones stand for.
    public var parameterCount: Int {
        let codes = codes
        return orderedTensors.reduce(0) { sum, tensor in
            let count =
                switch gguf == nil ? codes.role(of: tensor) : .plain {
                case .plain: tensor.elementType.isFloatingPoint ? tensor.elementCount : 0
                case .codes(let count): count
                case .auxiliary: 0
                }
            let (total, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : total
        }
    }

    /// The tensor `name`.
    /// - Throws: `CheckpointError.tensor` with similar names if there is none.
    public func tensor(named name: String) throws(CheckpointError) -> Tensor {
        guard let description = tensors[name],
            let tensor = Tensor(description: description, file: files[description.fileIndex])
        else {
            if let shard = absentTensors[name] { throw .tensor(name: name, .absent(shard: shard)) }
            throw .tensor(name: name, .missing(nearest: similarNames(to: name)))
        }
        return tensor
    }

    /// What has become of one of the files since it was opened; nil if all are as they were.
    ///
    /// What touches bytes goes before what only touches names.
    public func change() -> FileChangeError? {
        let changes = files.compactMap { file in
            file.change().map { FileChangeError(path: file.path, change: $0) }
        }
        return changes.first { $0.change.touchesBytes } ?? changes.first
    }

    /// Whether bytes were read that a file no longer had; costs next to nothing.
    public var isCutShort: Bool { files.contains(where: \.isCutShort) }

    /// Fails if the bytes of one of the files may no longer be those that were opened: call it before results are told.
    /// - Throws: ``FileChangeError``.
    public func checkUnchanged() throws(FileChangeError) {
        if let change = change(), change.change.touchesBytes { throw change }
    }

    /// Up to three names that share the longest ending with `name`: what differs is usually a prefix.
    private func similarNames(to name: String) -> [String] {
        let wanted = name.split(separator: ".").suffix(2)
        return Array(
            orderedTensors.lazy.map(\.name).filter { $0.split(separator: ".").suffix(2) == wanted }.prefix(3))
    }
}
