import NibbleCheckpoints
import NibbleKernels

/// Collects an architecture's layers while checking each tensor against its role.
struct LayerBuilder {
    let checkpoint: Checkpoint
    let naming: TensorNaming
    private(set) var layers: [LinearLayer] = []
    private(set) var vectors: [String: String] = [:]

    init(checkpoint: Checkpoint, naming: TensorNaming) {
        self.checkpoint = checkpoint
        self.naming = naming
    }

    /// Adds one matrix.
    mutating func add(
        _ name: String, _ role: LayerRole, rows: Int, columns: Int, feedingNorm: String? = nil,
        siblings: [LayerPath] = [], tiedNames: [String] = []
    ) throws(TransformerError) {
        let tensor = try checked(naming.name(of: name) + ".weight", shape: [rows, columns])
        let layer = LinearLayer(
            id: LayerPath(name), role: role, shape: MatrixShape(rows: rows, columns: columns),
            tensorName: tensor.name, stored: tensor.elementType, feedingNorm: feedingNorm, siblings: siblings,
            tiedNames: tiedNames)
        guard let layer else { throw unusable(tensor) }
        layers.append(layer)
    }

    /// Adds the projections of one part of a block; those with the hidden state as input share it.
    mutating func addGroup(
        _ parts: [(name: String, role: LayerRole, rows: Int, columns: Int)], canonical: String, block: Int,
        norm: String, hasBias: Bool
    ) throws(TransformerError) {
        let readers = parts.filter { $0.role != .attentionOutput && $0.role != .down }
        for part in parts {
            let readsNorm = readers.contains { $0.name == part.name }
            let siblings = readsNorm ? readers.filter { $0.name != part.name } : []
            let name = "layers.\(block).\(canonical).\(part.name)"
            try add(
                name, part.role, rows: part.rows, columns: part.columns,
                feedingNorm: readsNorm ? "layers.\(block).\(norm)" : nil,
                siblings: siblings.map { LayerPath("layers.\(block).\(canonical).\($0.name)") })
            if hasBias { try addVector(name, "bias", count: part.rows, as: name + ".bias") }
        }
    }

    /// Adds a norm's weights or a bias.
    mutating func addVector(
        _ name: String, _ ending: String = "weight", count: Int, as canonical: String? = nil
    ) throws(TransformerError) {
        let tensor = try checked(naming.name(of: name) + "." + ending, shape: [count])
        guard tensor.elementType.isUsable else { throw unusable(tensor) }
        vectors[canonical ?? name] = tensor.name
    }

    private func checked(_ name: String, shape: [Int]) throws(TransformerError) -> TensorDescription {
        let tensor: TensorDescription
        do { tensor = try checkpoint.tensor(named: name).description } catch { throw .tensor("\(error)") }
        guard tensor.shape == shape else {
            throw .tensor(
                "The tensor \(name.printable) has the shape \(tensor.shape), but \(configurationName) asks for \(shape)."
            )
        }
        return tensor
    }

    private var configurationName: String { checkpoint.configuration?.file.printable ?? "config.json" }

    private func unusable(_ tensor: TensorDescription) -> TransformerError {
        .tensor(
            "The tensor \(tensor.name.printable) is stored as \(tensor.elementType.safetensorsName), which nibble "
                + "cannot run.")
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

    /// The format whose rows are the bytes of such a tensor; nil if the kernel library has none.
    public var storedFormat: (any NumericFormat)? {
        guard case .block(let block) = self else {
            let storage = matrixStorage == .f64 ? .f32 : matrixStorage
            return storage.flatMap { try? FormatCatalogue.format(named: $0.rawValue) }
        }
        guard let format = FormatCatalogue.format(ofGGUFType: block.name) else { return nil }
        let shape = MatrixShape(rows: 1, columns: block.elementCount)
        let layout = try? format.layout(of: shape, encoding: format.defaultEncoding)
        return layout?.byteCount == block.byteCount ? format : nil
    }
}
