import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTokenizers

/// An open transformer: its layers, its tokenizer, and whether it can run.
///
/// Whatever is wrong with configuration or tokenizer, the weights can be browsed; `runProblem` then says why the model
/// cannot run.
public struct TransformerModel: Sendable {
    /// The folder's or file's name.
    public let name: String
    /// The folder that the weights lie in.
    public let directory: URL
    /// What tells this model from others: the folder, or the file where each file is a model of its own.
    public let location: URL
    /// The architecture that `config.json` names; empty without one.
    public let architecture: String
    /// The mapped weights.
    public let checkpoint: Checkpoint
    /// The configuration; nil when the model cannot run.
    public let configuration: ModelConfiguration?
    /// The matrices that can be quantized, in the order of the forward pass.
    public let layers: [LinearLayer]
    /// Norm weights and biases by canonical name, with their tensors' names.
    public let vectors: [String: String]
    /// The tokenizer; nil when it is missing or broken.
    public let tokenizer: Tokenizer?
    /// Why the model cannot run; nil when it can.
    public let runProblem: String?

    /// Opens a model.
    ///
    /// - Throws: `CheckpointError` if the weights cannot be opened.
    public static func open(_ url: URL) throws -> TransformerModel {
        let checkpoint = try Checkpoint.open(url)
        let described = describe(checkpoint)
        var problem = described.problem
        var tokenizer: Tokenizer?
        do {
            tokenizer =
                try checkpoint.gguf.map { metadata throws(TokenizerError) in
                    try Tokenizer(GGUFVocabulary(metadata))
                } ?? Tokenizer.load(directory: directory(of: url))
        } catch {
            problem = problem ?? "The tokenizer cannot be used: \(error)"
        }
        if let size = described.description?.configuration.vocabularySize, let tokenizer {
            problem = problem ?? mismatch(tokenizer.vocabularySize, size, isGGUF: checkpoint.gguf != nil)
        }
        return TransformerModel(
            name: url.lastPathComponent, directory: directory(of: url),
            location: checkpoint.gguf == nil ? directory(of: url) : url,
            architecture: checkpoint.configuration?.architectures.first ?? checkpoint.configuration?.modelType
                ?? "",
            checkpoint: checkpoint,
            configuration: described.description?.configuration,
            layers: described.description?.layers ?? anonymousLayers(of: checkpoint),
            vectors: described.description?.vectors ?? [:], tokenizer: tokenizer, runProblem: problem)
    }

    /// Why a tokenizer of so many tokens is not that of a vocabulary; GGUF files list every token, others may leave out
    /// some at the end.
    private static func mismatch(_ tokens: Int, _ vocabulary: Int, isGGUF: Bool) -> String? {
        guard tokens > vocabulary || isGGUF && tokens < vocabulary else { return nil }
        return
            "The tokenizer has \(tokens) tokens, but the model's vocabulary \(isGGUF ? "" : "only ")\(vocabulary)."
    }

    private static func directory(of url: URL) -> URL {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue ? url.deletingLastPathComponent() : url
    }

    private static func describe(
        _ checkpoint: Checkpoint
    ) -> (description: ArchitectureDescription?, problem: String?) {
        let isGGUF = checkpoint.gguf != nil
        let configuration = checkpoint.configuration
        let names = ArchitectureCatalogue.names(configuration, in: checkpoint.kind)
        guard let architecture = ArchitectureCatalogue.architecture(named: names, in: checkpoint.kind) else {
            let known = ArchitectureCatalogue.all(in: checkpoint.kind).flatMap(\.names).joined(
                separator: ", ")
            let found = names.isEmpty ? "no architecture" : names.map(\.printable).joined(separator: ", ")
            return (
                nil,
                "\(isGGUF ? "The file" : "config.json") names \(found); nibble can run \(known). The weights can be "
                    + "browsed all the same."
            )
        }
        do {
            return (try architecture.describe(checkpoint), nil)
        } catch { return (nil, error.description) }
    }

    /// Every matrix of numbers that nibble can read, under the file's own names.
    private static func anonymousLayers(of checkpoint: Checkpoint) -> [LinearLayer] {
        let matrices = checkpoint.orderedTensors.filter {
            $0.shape.count == 2 && $0.elementCount > 0 && $0.elementType.storedFormat != nil
        }
        let names = CanonicalName.unique(for: matrices.map(\.name))
        return zip(matrices, names).compactMap { tensor, name in
            LinearLayer(
                id: LayerPath(name), role: .other,
                shape: MatrixShape(rows: tensor.shape[0], columns: tensor.shape[1]), tensorName: tensor.name,
                stored: tensor.elementType, feedingNorm: nil, siblings: [], tiedNames: [])
        }
    }

    /// The number of floating-point elements.
    public var parameterCount: Int { checkpoint.parameterCount }
    /// Tokens that fit a run; 0 when the model cannot run.
    public var contextLength: Int { configuration?.contextLength ?? 0 }
    /// Tokens in the vocabulary; 0 when the model cannot run.
    public var vocabularySize: Int { configuration?.vocabularySize ?? 0 }

    /// Tensors that are no layer: norms, biases, integer tensors.
    public var otherTensors: [TensorDescription] {
        let names = Set(layers.map(\.tensorName))
        return checkpoint.orderedTensors.filter { !names.contains($0.name) }
    }

    /// The layer with a canonical name.
    public func layer(_ id: LayerPath) -> LinearLayer? { layers.first { $0.id == id } }

    /// The stored numbers of a layer, read where they lie in the mapped file; of blocks, their values, decoded into memory.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` if there is no such layer.
    public func source(of id: LayerPath) throws -> FloatMatrix {
        let layer = try readableLayer(id)
        return try source(of: id, rows: 0..<layer.shape.rows)
    }

    /// Some rows of ``source(of:)``.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` if there is no such layer, or it has no such rows.
    public func source(of id: LayerPath, rows: Range<Int>) throws -> FloatMatrix {
        let layer = try readableLayer(id)
        let shape = MatrixShape(rows: rows.count, columns: layer.shape.columns)
        let (bytes, file) = try storedBytes(of: layer, rows: rows)
        if let storage = layer.storage {
            return try FloatMatrix(shape: shape, storage: storage, bytes: bytes, owner: file)
        }
        return try PackedMatrix.wrapping(format: layer.storedFormat, shape: shape, bytes: bytes, owner: file)
            .decoded()
    }

    /// A layer as the file stores it, in its own bytes; nil for f64, which no kernel multiplies.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` if there is no such layer.
    public func storedMatrix(of id: LayerPath) throws -> PackedMatrix? {
        let layer = try readableLayer(id)
        guard layer.storage != .f64 else { return nil }
        let (bytes, file) = try storedBytes(of: layer, rows: 0..<layer.shape.rows)
        return try PackedMatrix.wrapping(
            format: layer.storedFormat, shape: layer.shape, bytes: bytes, owner: file)
    }

    private func readableLayer(_ id: LayerPath) throws(TransformerError) -> LinearLayer {
        if let layer = layer(id) { return layer }
        throw .tensor("There is no readable layer \(id.name.printable).")
    }

    private func storedBytes(
        of layer: LinearLayer, rows: Range<Int>
    ) throws -> (bytes: UnsafeRawBufferPointer, file: MappedFile) {
        guard rows.lowerBound >= 0, rows.upperBound <= layer.shape.rows else {
            throw TransformerError.tensor(
                "The layer \(layer.id.name.printable) has \(layer.shape.rows) rows.")
        }
        let tensor = try checkpoint.tensor(named: layer.tensorName)
        let bytesPerRow = tensor.bytes.count / max(layer.shape.rows, 1)
        let range = rows.lowerBound * bytesPerRow..<rows.upperBound * bytesPerRow
        return (UnsafeRawBufferPointer(rebasing: tensor.bytes[range]), tensor.file)
    }

    /// A norm's weights or a bias as f32; nil if the model has none of that name.
    public func vector(_ name: String) throws -> [Float]? {
        guard let tensorName = vectors[name] else { return nil }
        return try checkpoint.tensor(named: tensorName).floats()
    }

    /// Bytes of memory that a run with these weights needs: weights, key-value cache and work space.
    public func memoryNeeded(weights: WeightSet?, contextLength: Int) -> Int {
        guard let configuration else { return 0 }
        let cache = KeyValueCache.byteCount(
            configuration, capacity: min(contextLength, configuration.contextLength))
        let work = 64 * (4 * configuration.hiddenSize + 3 * configuration.intermediateSize) * 4
        let weightBytes = weights?.byteCount ?? checkpoint.totalByteCount
        let (total, overflows) = cache.addingReportingOverflow(
            weightBytes + work + configuration.vocabularySize * 4)
        return overflows ? .max : total
    }
}
