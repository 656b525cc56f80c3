/// Attention with several heads (Vaswani and others 2017), whose keys and values may be shared by groups of query heads
/// (Ainslie and others 2023): softmax(q·kᵀ · factor)·v.
public struct Attention: Mixer {
    /// Which positions a query sees.
    public enum Mask: Hashable, Sendable {
        /// Its own and those before.
        case causal
        /// Its own and so many less one before (Beltagy and others 2020).
        case window(Int)
        /// All.
        case bidirectional
    }

    /// The four projections.
    public var query, key, value, output: Matrix
    /// Query heads, and heads of keys and values.
    public var headCount, keyValueHeadCount: Int
    /// Channels of a head.
    public var headSize: Int
    /// Which positions a query sees.
    public var mask: Mask
    /// How positions turn queries and keys; nil where they don't.
    public var rotary: RotaryEmbedding.Configuration?
    /// Norms of each head's queries and keys before they are turned.
    public var queryNorm, keyNorm: Norm?
    /// What scores are multiplied by.
    public var factor: Float

    /// Attention of a block whose matrices are called `q_proj`, `k_proj`, `v_proj` and `o_proj` below `path`.
    public init(
        _ path: String, width: Int, heads: Heads, mask: Mask = .causal,
        rotary: RotaryEmbedding.Configuration? = nil, bias: Presence = .absent, outputBias: Presence? = nil
    ) {
        let queries = heads.count * heads.size
        let keys = heads.keyValueCount * heads.size
        query = Matrix(path + ".q_proj", .attentionQuery, rows: queries, columns: width, bias: bias)
        key = Matrix(path + ".k_proj", .attentionKey, rows: keys, columns: width, bias: bias)
        value = Matrix(path + ".v_proj", .attentionValue, rows: keys, columns: width, bias: bias)
        output = Matrix(
            path + ".o_proj", .attentionOutput, rows: width, columns: queries, bias: outputBias ?? bias)
        headCount = heads.count
        keyValueHeadCount = heads.keyValueCount
        headSize = heads.size
        self.mask = mask
        self.rotary = rotary
        factor = 1 / Float(heads.size).squareRoot()
    }

    /// Query, key, value, output.
    public var matrices: [Matrix] { [query, key, value, output] }
    /// Weights of the norms of queries and keys.
    public var parameters: [Parameter] { [queryNorm, keyNorm].compactMap(\.self).flatMap(\.parameters) }
    /// Query, key and value.
    public var readers: [Matrix] { [query, key, value] }
    /// The output projection.
    public var writers: [Matrix] { [output] }
    /// Keys and values of its heads.
    public var keyValueShape: KeyValueShape? {
        KeyValueShape(headCount: keyValueHeadCount, headSize: headSize)
    }
    /// A head's mix of values is a weighted mean of them: channel by channel, each value head for its query heads.
    public var productEdges: [ProductEdge] {
        [ProductEdge(value, output, repeats: headCount / keyValueHeadCount, groupSize: headSize)]
    }
}

/// How many heads attention has, and how large they are.
public struct Heads: Hashable, Sendable {
    /// Query heads.
    public var count: Int
    /// Heads of keys and values.
    public var keyValueCount: Int
    /// Channels of a head.
    public var size: Int

    /// Heads of one size.
    public init(count: Int, keyValueCount: Int, size: Int) {
        self.count = count
        self.keyValueCount = keyValueCount
        self.size = size
    }
}
