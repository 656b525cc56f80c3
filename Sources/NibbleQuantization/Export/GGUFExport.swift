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
            TensorEntry(name: name, elementType: type, shape: shape).byteCount ?? 0
        }
    }

    /// Where a tensor's numbers come from.
    enum Source: Sendable {
        /// Layers in an encoding, one behind the other; rows of heads of this size are put in pairs, 0 for none.
        case layers([LayerPath], StorageEncoding, headSize: Int)
        /// Norms, biases or tables, one behind the other; rows as for layers.
        case parameters([String], headSize: Int)
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
    public init(_ model: TransformerModel, plan: ResolvedPlan) throws {
        self.model = model
        if let problem = model.checkpoint.incompleteness { throw ExportError(problem) }
        if model.checkpoint.gguf != nil {
            tensors = try Self.tensorsOfFile(model, plan)
            (metadata, remarks) = (Self.metadataOfFile(model, tensors), [])
        } else {
            tensors = try Self.tensorsOfDescription(model, plan)
            (metadata, remarks) = try Self.metadataOfDescription(model, tensors)
        }
    }

    /// Bytes of all tensors.
    public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }
}

extension GGUFExport {
    /// Every tensor of a GGUF file: layers by the plan, the others as they are.
    ///
    /// - Throws: ``ExportError`` for a setting of a layer that shares its tensor with others, such as an expert.
    private static func tensorsOfFile(
        _ model: TransformerModel, _ plan: ResolvedPlan
    ) throws(ExportError) -> [Tensor] {
        let layers = Dictionary(grouping: model.layers, by: \.tensorName)
        return try model.checkpoint.orderedTensors.map { tensor throws(ExportError) in
            let copy = Tensor(
                name: tensor.name, shape: tensor.shape, stored: tensor.elementType, type: tensor.elementType,
                remark: nil, source: .copy(tensor.name))
            guard let held = layers[tensor.name], held.contains(where: { plan.setting(of: $0.id) != nil })
            else {
                return copy
            }
            let target = try GGUFTarget(of: held, plan, name: tensor.name)
            guard target.type != tensor.elementType else { return copy }
            return Tensor(
                name: tensor.name, shape: tensor.shape, stored: tensor.elementType, type: target.type,
                remark: target.remark, source: .layers(held.map(\.id), target.storage, headSize: 0))
        }
    }

    /// The tensors of a description in the order of the forward pass, then its parameters.
    private static func tensorsOfDescription(
        _ model: TransformerModel, _ plan: ResolvedPlan
    ) throws(ExportError) -> [Tensor] {
        let (description, table) = try described(model)
        var tensors: [Tensor] = []
        let divisors = description.rotary?.divisorsOfLlama3(headSize: description.headSize) ?? []
        if !divisors.isEmpty {
            tensors.append(
                Tensor(
                    name: Configuration.frequencyDivisors, shape: [divisors.count], stored: .f32, type: .f32,
                    remark: nil, source: .numbers(divisors)))
        }
        let turnedSize = table.pairing == .neighbours ? description.headSize : 0
        for group in TensorGroup.of(model.layers, table) {
            let target = try GGUFTarget(of: group.layers, plan, name: group.name)
            let turns = group.layers[0].role.turns
            tensors.append(
                Tensor(
                    name: group.name, shape: group.shape, stored: group.layers[0].stored,
                    type: target.type, remark: target.remark,
                    source: .layers(
                        group.layers.map(\.id), target.storage, headSize: turns ? turnedSize : 0)))
        }
        return tensors + parameters(model, description, table, headSize: turnedSize)
    }

    /// What a model is made of and what GGUF calls its tensors.
    static func described(
        _ model: TransformerModel
    ) throws(ExportError) -> (TransformerDescription, NameTable) {
        guard let description = model.description, let table = model.kind?.naming.gguf else {
            throw ExportError(
                "\(model.name.printable) cannot be written as GGUF: \(model.networkProblem ?? "GGUF files have no such architecture.")"
            )
        }
        return (description, table)
    }

    private static func parameters(
        _ model: TransformerModel, _ description: TransformerDescription, _ table: NameTable, headSize: Int
    ) -> [Tensor] {
        let turning = Set(model.layers.filter(\.role.turns).map { $0.id.name + ".bias" })
        return TensorGroup.of(description.parameters, table).compactMap { name, members in
            let sources = members.compactMap { model.parameters[$0.name] }
            guard let first = sources.first, sources.count == members.count,
                let tensor = model.checkpoint.tensors[first.tensor]
            else { return nil }
            let shape = members[0].shape
            let turns = turning.contains(members[0].name)
            return Tensor(
                name: name,
                shape: members.count == 1 ? shape : [members.reduce(0) { $0 + $1.shape[0] }],
                stored: tensor.elementType, type: .f32, remark: nil,
                source: .parameters(members.map(\.name), headSize: turns ? headSize : 0))
        }
    }
}

extension TransformerDescription {
    private var attention: Attention? {
        blocks.lazy.flatMap(\.branches).compactMap { $0.mixer as? Attention }.first
    }

    /// How positions turn heads in the first block.
    var rotary: RotaryEmbedding.Configuration? { attention?.rotary }
    /// The size of a head in the first block.
    var headSize: Int { attention?.headSize ?? 0 }
}

extension LayerRole {
    /// Whether the rows are numbers of heads that turn with the position.
    fileprivate var turns: Bool { self == .attentionQuery || self == .attentionKey }
}
