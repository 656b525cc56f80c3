import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTransformers

/// A model under a plan as a GGUF file: what it will hold is decided first, then it is written tensor by tensor.
///
/// A model in Hugging Face form gets the names, the metadata and the order of rows that llama.cpp's
/// `convert_hf_to_gguf.py` gives it; a GGUF file keeps its own. Each matrix is encoded as `llama-quantize --pure` does;
/// layers without a setting keep their type, norms and biases are f32.
public struct GGUFExport: Sendable {
    /// One tensor of the file.
    public struct Tensor: Sendable {
        /// Its name in the file.
        public let name: String
        /// Its shape, outermost first.
        public let shape: [Int]
        /// The type that the model has.
        public let stored: ElementType
        /// The type that the file gets.
        public let type: ElementType
        /// Why it isn't the type that the plan asks for; nil if it is.
        public let remark: String?
        let source: Source

        /// Bytes in the file.
        public var byteCount: Int {
            GGUFWriter.Entry(name: name, elementType: type, shape: shape).byteCount ?? 0
        }
    }

    /// Where a tensor's numbers come from.
    enum Source: Sendable {
        /// A layer in an encoding; rows of heads of this size are put in pairs, 0 for none.
        case layer(LayerPath, StorageEncoding, headSize: Int)
        /// A norm or bias; rows as for a layer.
        case vector(String, headSize: Int)
        /// A tensor of the file, as it is.
        case copy(String)
        /// Numbers that the model's configuration gives.
        case numbers([Float])
    }

    /// The tensors, in the order of the file.
    public let tensors: [Tensor]
    /// Sentences about what a person should know of the file.
    public let remarks: [String]
    let metadata: [(key: String, value: GGUFField)]
    let model: TransformerModel

    /// Decides what the file will hold.
    ///
    /// - Throws: ``ExportError`` for a format that GGUF doesn't have, or a model whose architecture nibble can't describe.
    public init(_ model: TransformerModel, plan: Plan) throws {
        self.model = model
        let settings = plan.resolve(model.layers)
        if model.checkpoint.gguf != nil {
            tensors = try Self.tensorsOfFile(model, settings)
            (metadata, remarks) = (Self.metadataOfFile(model, tensors), [])
        } else {
            tensors = try Self.tensorsOfLlama(model, settings)
            (metadata, remarks) = try Self.metadataOfLlama(model, tensors)
        }
    }

    /// Bytes of all tensors.
    public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    /// Decides the type of a layer and says where it isn't the one asked for.
    static func choice(
        for layer: LinearLayer, _ setting: Setting?, name: String
    ) throws(ExportError) -> (type: ElementType, encoding: StorageEncoding, remark: String?) {
        let kept = layer.storage == .f64 ? .f32 : layer.stored
        guard let setting else { return (kept, try encoding(kept), nil) }
        let wanted = try GGUFType.type(of: setting)
        guard isQuantized(name) else {
            return (
                kept, try encoding(kept),
                "\(name.printable) stays \(kept.safetensorsName), as llama-quantize leaves it."
            )
        }
        let type = GGUFType.fitting(wanted, columns: layer.shape.columns)
        guard type != wanted else { return (type, setting.storage, nil) }
        return (
            type, try encoding(type),
            "\(name.printable) is \(type.safetensorsName) instead of \(wanted.safetensorsName): rows of "
                + "\(layer.shape.columns) are no whole blocks of \(wanted.blockElementCount)."
        )
    }

    private static func encoding(_ type: ElementType) throws(ExportError) -> StorageEncoding {
        guard let format = type.storedFormat else {
            throw ExportError("nibble cannot write \(type.safetensorsName) tensors.")
        }
        return format.defaultEncoding
    }

    /// Whether `llama-quantize` quantizes a matrix of this name (`tensor_allows_quantization` in `llama-quant.cpp`).
    private static func isQuantized(_ name: String) -> Bool {
        name.hasSuffix("weight") && !name.contains("_norm.weight") && !name.contains("ffn_gate_inp.weight")
    }
}

extension GGUFExport {
    /// Every tensor of a GGUF file: layers by the plan, the others as they are.
    private static func tensorsOfFile(
        _ model: TransformerModel, _ settings: [LayerPath: Setting]
    ) throws(ExportError) -> [Tensor] {
        let layers = Dictionary(
            model.layers.map { ($0.tensorName, $0) }, uniquingKeysWith: { first, _ in first })
        return try model.checkpoint.orderedTensors.map { tensor throws(ExportError) in
            guard let layer = layers[tensor.name], let setting = settings[layer.id] else {
                return Tensor(
                    name: tensor.name, shape: tensor.shape, stored: tensor.elementType,
                    type: tensor.elementType,
                    remark: nil, source: .copy(tensor.name))
            }
            let (type, encoding, remark) = try choice(for: layer, setting, name: tensor.name)
            return Tensor(
                name: tensor.name, shape: tensor.shape, stored: tensor.elementType, type: type,
                remark: remark,
                source: type == tensor.elementType
                    ? .copy(tensor.name) : .layer(layer.id, encoding, headSize: 0))
        }
    }

    /// The tensors of a Llama in the order of the forward pass, each block's norms before the layers that they feed.
    private static func tensorsOfLlama(
        _ model: TransformerModel, _ settings: [LayerPath: Setting]
    ) throws(ExportError) -> [Tensor] {
        guard let configuration = model.configuration else {
            throw ExportError(
                "\(model.name.printable) cannot be written as GGUF: \(model.runProblem ?? "its architecture is unknown.")"
            )
        }
        var tensors: [Tensor] = []
        let divisors = configuration.rope.divisorsOfLlama3(headSize: configuration.headSize)
        if !divisors.isEmpty {
            tensors.append(
                Tensor(
                    name: TensorNaming.frequencyDivisors, shape: [divisors.count], stored: .f32, type: .f32,
                    remark: nil, source: .numbers(divisors)))
        }
        for layer in model.layers {
            let name = TensorNaming.gguf.name(of: layer.id.name) + ".weight"
            let (type, encoding, remark) = try choice(for: layer, settings[layer.id], name: name)
            tensors.append(
                Tensor(
                    name: name, shape: [layer.shape.rows, layer.shape.columns], stored: layer.stored,
                    type: type,
                    remark: remark,
                    source: .layer(
                        layer.id, encoding, headSize: layer.role.turns ? configuration.headSize : 0)))
        }
        return tensors + vectors(model, headSize: configuration.headSize)
    }

    private static func vectors(_ model: TransformerModel, headSize: Int) -> [Tensor] {
        let turning = Set(model.layers.filter(\.role.turns).map { $0.id.name + ".bias" })
        return model.vectors.sorted { $0.key < $1.key }.compactMap { canonical, tensorName in
            guard let tensor = model.checkpoint.tensors[tensorName] else { return nil }
            let isBias = canonical.hasSuffix(".bias")
            let name =
                TensorNaming.gguf.name(of: isBias ? String(canonical.dropLast(5)) : canonical)
                + (isBias ? ".bias" : ".weight")
            return Tensor(
                name: name, shape: tensor.shape, stored: tensor.elementType, type: .f32, remark: nil,
                source: .vector(canonical, headSize: turning.contains(canonical) ? headSize : 0))
        }
    }
}

extension LayerRole {
    /// Whether the rows are numbers of heads that turn with the position.
    fileprivate var turns: Bool { self == .attentionQuery || self == .attentionKey }
}
