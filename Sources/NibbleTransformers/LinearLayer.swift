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
    public let id: LayerID
    /// What it does.
    public let role: LayerRole
    /// Output channels × input channels.
    public let shape: MatrixShape
    /// The tensor's name in the file.
    public let tensorName: String
    /// How the file stores a number; nil if nibble cannot read it.
    public let storage: FloatMatrix.Storage?
    /// Canonical name of the norm whose output it reads.
    public let feedingNorm: String?
    /// Layers that read the same input.
    public let siblings: [LayerID]
    /// Other canonical names of the same weights, such as `lm_head` for a tied embedding.
    public let tiedNames: [String]
    /// The transformer block it belongs to.
    public let block: Int?
}
