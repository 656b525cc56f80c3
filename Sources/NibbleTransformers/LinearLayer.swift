import NibbleCheckpoints
import NibbleKernels

/// What a weight matrix does in its block.
public enum LayerRole: String, Hashable, Sendable {
    /// Rows of the vocabulary, looked up.
    case embedding
    /// Attention projections.
    case attentionQuery, attentionKey, attentionValue, attentionOutput
    /// The gated feed-forward projections.
    case gate, up, down
    /// Hidden state to logits.
    case head
    /// Not known: a matrix of an architecture that nibble cannot run.
    case other
}

/// A named weight matrix and its matrix product: what a plan gives a setting.
public struct LinearLayer: Sendable, Identifiable {
    /// The canonical name.
    public let id: LayerPath
    /// What it does.
    public let role: LayerRole
    /// Output channels × input channels.
    public let shape: MatrixShape
    /// The tensor's name in the file.
    public let tensorName: String
    /// Where its weights lie; no two layers have the same, but for the names of tied ones.
    public var source: WeightSource { WeightSource(tensor: tensorName) }
    /// How the file stores it.
    public let stored: ElementType
    /// Name of the format that multiplies its bytes as the file has them (of f64, the one that it is read into).
    public let storedFormat: String
    /// Canonical name of the norm whose output it reads.
    public let feedingNorm: String?
    /// Layers that read the same input.
    public let siblings: [LayerPath]
    /// Other canonical names of the same weights, such as `lm_head` for a tied embedding.
    public let tiedNames: [String]

    /// A layer of a tensor; nil if nibble cannot read how it is stored.
    init?(
        id: LayerPath, role: LayerRole, shape: MatrixShape, tensorName: String, stored: ElementType,
        feedingNorm: String?, siblings: [LayerPath], tiedNames: [String]
    ) {
        guard let format = stored.storedFormat else { return nil }
        self.id = id
        self.role = role
        self.shape = shape
        self.tensorName = tensorName
        self.stored = stored
        self.feedingNorm = feedingNorm
        self.siblings = siblings
        self.tiedNames = tiedNames
        storedFormat = format.name
    }

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
