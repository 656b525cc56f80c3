import NibbleCheckpoints
import NibbleKernels

/// A weight matrix of an open model and its matrix product: what a plan gives a setting.
public struct LinearLayer: Sendable, Identifiable {
    /// The canonical path.
    public let id: LayerPath
    /// What it does.
    public let role: LayerRole
    /// Output channels × input channels.
    public let shape: MatrixShape
    /// Where its numbers lie.
    public let source: WeightSource
    /// How the file stores it.
    public let stored: ElementType
    /// Name of the format that multiplies its bytes as the file has them (of f64, the one that it is read into).
    public let storedFormat: String
    /// Other canonical names of the same weights, such as `lm_head` for a tied embedding.
    public let tiedNames: [String]

    /// A layer; nil if nibble cannot read how it is stored, or not in this view.
    init?(
        id: LayerPath, role: LayerRole, shape: MatrixShape, source: WeightSource, stored: ElementType,
        tiedNames: [String]
    ) {
        guard let format = stored.storedFormat else { return nil }
        // Blocks hold neighbours of one row; no view turns them.
        guard source.view.isContiguous || stored.matrixStorage != nil else { return nil }
        self.id = id
        self.role = role
        self.shape = shape
        self.source = source
        self.stored = stored
        self.tiedNames = tiedNames
        storedFormat = format.name
    }

    /// The name of the tensor that holds it.
    public var tensorName: String { source.tensor }
    /// The transformer block it belongs to.
    public var block: Int? { id.block }
    /// How the file stores a number; nil for blocks.
    public var storage: FloatMatrix.Storage? { stored.matrixStorage }
    /// The file's type in small letters, such as `f16` or `q4_k`.
    public var storedName: String { stored.safetensorsName.lowercased() }
    /// Bytes in the file.
    public var storedByteCount: Int {
        TensorDescription.byteCount(of: stored, elementCount: shape.elementCount) ?? 0
    }
}
