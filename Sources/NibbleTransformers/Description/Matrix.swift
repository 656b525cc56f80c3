import NibbleKernels

/// A weight matrix as a description has it: what it does and its shape, not where its numbers lie.
public struct Matrix: Hashable, Sendable {
    /// Where it stands.
    public let path: LayerPath
    /// What it does.
    public let role: LayerRole
    /// Output channels × input channels.
    public let shape: MatrixShape
    /// Whether a bias is added to its product.
    public var bias: Presence

    /// A matrix of `rows` output and `columns` input channels.
    public init(
        _ path: String, _ role: LayerRole, rows: Int, columns: Int, bias: Presence = .absent
    ) {
        self.path = LayerPath(path)
        self.role = role
        shape = MatrixShape(rows: rows, columns: columns)
        self.bias = bias
    }

    /// The bias that is added to the product; nil where there is none.
    public var biasParameter: Parameter? {
        bias == .absent
            ? nil : Parameter(path.name, ending: .bias, shape: [shape.rows], presence: bias)
    }
}

/// Whether a file must have a tensor.
public enum Presence: Hashable, Sendable {
    /// The configuration says that it is there.
    case required
    /// The configuration says that it is there; where it isn't, it counts as zeros, as in transformers, and a remark says so.
    case expected
    /// The list of tensors decides, as in GGUF files.
    case optional
    /// The configuration says that there is none; one in the file isn't used.
    case absent
}

/// What a weight matrix does in its block.
public enum LayerRole: String, Hashable, Sendable, CaseIterable {
    /// Rows of the vocabulary, looked up.
    case embedding
    /// Pixels of a patch to a hidden state.
    case patchEmbedding
    /// Attention projections.
    case attentionQuery, attentionKey, attentionValue, attentionOutput
    /// The feed-forward projections; plain ones have no gate.
    case gate, up, down
    /// Hidden state to one number for each expert.
    case router
    /// Hidden state to hidden state before a head.
    case pooler
    /// Hidden state to logits.
    case head
    /// Not known: a matrix of an architecture that nibble cannot run.
    case other
}

/// A learned tensor that is no matrix of a product: weights of a norm, a bias, a table of positions.
public struct Parameter: Hashable, Sendable {
    /// What follows the path in a file's name for it.
    public enum Ending: String, Hashable, Sendable {
        case weight, bias
        /// Nothing: the path is the whole name.
        case none = ""
    }

    /// Where it stands.
    public let path: String
    /// Weight, bias or neither.
    public let ending: Ending
    /// Lengths of its dimensions; a file may have further dimensions of length 1 before them.
    public let shape: [Int]
    /// Whether a file must have it.
    public let presence: Presence

    /// A parameter at a path.
    public init(
        _ path: String, ending: Ending = .weight, shape: [Int], presence: Presence = .required
    ) {
        self.path = path
        self.ending = ending
        self.shape = shape
        self.presence = presence
    }

    /// Its canonical name: the path, with `.bias` where it is one.
    public var name: String { ending == .bias ? path + ".bias" : path }
}
