import NibbleCheckpoints
import NibbleKernels

/// Collects an architecture's layers while checking each tensor against its role.
struct LayerBuilder {
    let checkpoint: Checkpoint
    private(set) var layers: [LinearLayer] = []
    private(set) var vectors: [String: String] = [:]

    init(checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// Adds one matrix.
    mutating func add(
        _ name: String, _ tensorName: String, _ role: LayerRole, rows: Int, columns: Int,
        feedingNorm: String? = nil,
        siblings: [LayerID] = [], tiedNames: [String] = [], block: Int? = nil
    ) throws(TransformerError) {
        let tensor = try checked(tensorName, shape: [rows, columns])
        layers.append(
            LinearLayer(
                id: LayerID(name), role: role, shape: MatrixShape(rows: rows, columns: columns),
                tensorName: tensorName,
                storage: tensor.elementType.matrixStorage, feedingNorm: feedingNorm, siblings: siblings,
                tiedNames: tiedNames, block: block))
    }

    /// Adds the projections of one part of a block; those with the hidden state as input share it.
    mutating func addGroup(
        _ parts: [(name: String, role: LayerRole, rows: Int, columns: Int)], canonical: String, file: String,
        block: Int,
        norm: String, hasBias: Bool
    ) throws(TransformerError) {
        let readers = parts.filter { $0.role != .attentionOutput && $0.role != .down }
        for part in parts {
            let readsNorm = readers.contains { $0.name == part.name }
            let siblings = readsNorm ? readers.filter { $0.name != part.name } : []
            let name = "layers.\(block).\(canonical).\(part.name)"
            let tensorName = "model.layers.\(block).\(file).\(part.name)"
            try add(
                name, tensorName + ".weight", part.role, rows: part.rows, columns: part.columns,
                feedingNorm: readsNorm ? "layers.\(block).\(norm)" : nil,
                siblings: siblings.map { LayerID("layers.\(block).\(canonical).\($0.name)") }, block: block)
            if hasBias { try addVector(name + ".bias", tensorName + ".bias", count: part.rows) }
        }
    }

    /// Adds a norm's weights or a bias.
    mutating func addVector(_ name: String, _ tensorName: String, count: Int) throws(TransformerError) {
        _ = try checked(tensorName, shape: [count])
        vectors[name] = tensorName
    }

    private func checked(_ name: String, shape: [Int]) throws(TransformerError) -> TensorDescription {
        let tensor: TensorDescription
        do { tensor = try checkpoint.tensor(named: name).description } catch { throw .tensor("\(error)") }
        guard tensor.shape == shape else {
            throw .tensor(
                "The tensor \(name.printable) has the shape \(tensor.shape), but config.json asks for \(shape)."
            )
        }
        guard tensor.elementType.isUsable else {
            throw .tensor(
                "The tensor \(name.printable) is stored as \(tensor.elementType), which nibble cannot run.")
        }
        return tensor
    }
}

extension ElementType {
    /// How the kernel library calls this storage; nil if it can't read it.
    var matrixStorage: FloatMatrix.Storage? {
        switch self {
        case .f64: .f64
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        default: nil
        }
    }
}
