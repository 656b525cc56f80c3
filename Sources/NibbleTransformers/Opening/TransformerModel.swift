import Foundation
import NibbleCheckpoints
import NibbleImages
import NibbleJSON
import NibbleKernels
import NibbleText
import NibbleTokenizers

/// An open transformer: what it is made of, its layers, its tokenizer, and whether it can run.
///
/// Whatever is wrong with configuration or tokenizer, the weights can be browsed; `runProblem` then says why the model
/// cannot run.
public struct TransformerModel: Sendable {
    /// The folder's or file's name; of the Hugging Face cache, the repository's.
    public let name: String
    /// The folder that the weights lie in.
    public let directory: URL
    /// What tells this model from others: the folder, or the file where each file is a model of its own.
    public let location: URL
    /// The architecture that `config.json` names; empty without one.
    public let architecture: String
    /// The mapped weights.
    public let checkpoint: Checkpoint
    /// What it is made of; nil when that is not known.
    public let description: TransformerDescription?
    /// How files name its parts and values; nil for an unknown architecture.
    public let kind: (any Architecture)?
    /// The matrices that can be quantized, in the order of the forward pass.
    public let layers: [LinearLayer]
    /// Where norm weights, biases and tables lie, by canonical name.
    public let parameters: [String: ParameterSource]
    /// The tokenizer; nil when it is missing or broken.
    public let tokenizer: Tokenizer?
    /// How images become what the network reads; nil for models that read none, and where ``imageProblem`` says why not.
    public let imagePreparation: ImagePreparation?
    /// Why the network can read no images although it is made for them; nil when it can, and for models that read none.
    public let imageProblem: String?
    /// Why the network cannot run, whatever its input; nil when it can.
    public let networkProblem: String?
    /// Why it cannot go on with a text; nil when it can.
    public let runProblem: String?
    /// What a person should know of the files, as sentences: above all what isn't understood, so that the numbers may be wrong.
    public let remarks: [String]
    /// The names of all keys of the configuration and tensors that aren't understood.
    public let notUnderstood: [String]
    private let places: [LayerPath: Int]

    /// Opens a model.
    ///
    /// - Throws: `CheckpointError` if the weights cannot be opened.
    public static func open(_ url: URL) throws -> TransformerModel {
        let checkpoint = try Checkpoint.open(url)
        return TransformerModel(
            checkpoint, opened: OpenedNetwork(checkpoint), text: OpenedText(checkpoint))
    }

    private init(_ checkpoint: Checkpoint, opened: OpenedNetwork, text: OpenedText) {
        let place = checkpoint.location.standardizedFileURL
        name = ModelDiscovery.displayName(of: place)
        directory = OpenedText.directory(of: place)
        let isFolder = directory.path == place.path
        // Any of its parts opens a model that is stored in several.
        let file = isFolder ? nil : checkpoint.files.first.map { URL(fileURLWithPath: $0.path) }
        location = checkpoint.gguf == nil ? directory : file ?? place
        architecture =
            checkpoint.configuration?.architectures.first ?? checkpoint.configuration?.modelType ?? ""
        self.checkpoint = checkpoint
        description = opened.description
        kind = opened.architecture
        layers = opened.binding?.layers ?? AnonymousLayers.layers(of: checkpoint)
        parameters = opened.binding?.parameters ?? [:]
        tokenizer = text.tokenizer
        let images = OpenedImages(checkpoint, opened.description, folder: directory.path)
        imagePreparation = images.preparation
        imageProblem = images.problem
        networkProblem = opened.problem
        runProblem = opened.problem ?? text.problem(with: opened.description)
        notUnderstood = opened.notUnderstood
        remarks =
            ModelGlance.remarks(checkpoint, opened) + text.remarks(with: opened.description)
            + images.remarks
        places = Dictionary(
            layers.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The name without what stands before a slash in it: one that a file can have.
    public var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }

    /// The number of weights.
    public var parameterCount: Int { checkpoint.parameterCount }
    /// Tokens that fit a run; 0 when the model cannot run.
    public var contextLength: Int { description?.contextLength ?? 0 }
    /// Tokens in the vocabulary; 0 when the model cannot run.
    public var vocabularySize: Int { description?.vocabularySize ?? 0 }

    /// Tensors that are no layer: norms, biases, integer tensors.
    public var otherTensors: [TensorDescription] {
        let names = Set(layers.map(\.tensorName))
        return checkpoint.orderedTensors.filter { !names.contains($0.name) }
    }

    /// The layer with a canonical name.
    public func layer(_ id: LayerPath) -> LinearLayer? { places[id].map { layers[$0] } }

    /// The place of a layer among ``layers``.
    public func index(of id: LayerPath) -> Int? { places[id] }

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
        let stored = try storedRows(of: layer, rows)
        if let storage = layer.storage {
            return try FloatMatrix(shape: shape, storage: storage, bytes: stored.bytes, owner: stored.owner)
        }
        return try PackedMatrix.wrapping(
            format: layer.storedFormat, shape: shape, bytes: stored.bytes, owner: stored.owner
        ).decoded()
    }

    /// A layer as the file stores it, in its own bytes; nil for f64, which no kernel multiplies.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` if there is no such layer.
    public func storedMatrix(of id: LayerPath) throws -> PackedMatrix? {
        let layer = try readableLayer(id)
        guard layer.storage != .f64 else { return nil }
        let stored = try storedRows(of: layer, 0..<layer.shape.rows)
        return try PackedMatrix.wrapping(
            format: layer.storedFormat, shape: layer.shape, bytes: stored.bytes, owner: stored.owner)
    }

    private func readableLayer(_ id: LayerPath) throws(TransformerError) -> LinearLayer {
        if let layer = layer(id) { return layer }
        throw .tensor("There is no readable layer \(id.name.printable).")
    }

    private func storedRows(of layer: LinearLayer, _ rows: Range<Int>) throws -> StoredRows {
        try StoredRows(layer, rows: rows, in: try checkpoint.tensor(named: layer.tensorName))
    }

    /// A norm's weights, a bias or a table as f32; nil if the model has none of that name.
    public func numbers(ofParameter name: String) throws -> [Float]? {
        guard let source = parameters[name] else { return nil }
        return try checkpoint.tensor(named: source.tensor).floats(source.range)
    }

    /// Bytes of memory that a run with these weights needs: weights, key-value cache and work space.
    public func memoryNeeded(weights: WeightSet?, contextLength: Int) -> Int {
        guard let description else { return 0 }
        let weightBytes = weights?.byteCount ?? checkpoint.totalByteCount
        let (total, overflows) = description.runByteCount(contextLength: contextLength)
            .addingReportingOverflow(weightBytes)
        return overflows ? .max : total
    }
}
