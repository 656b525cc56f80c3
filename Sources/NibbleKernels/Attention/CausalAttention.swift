/// Causal attention of one head over stored keys and values: ``AttentionKernel`` with its mask for decoders.
public struct CausalAttention: Sendable {
    /// Channels of a head.
    public let headSize: Int
    /// What scores are multiplied by.
    public let factor: Float

    /// Attention for heads of `headSize` channels.
    public init(headSize: Int, factor: Float) {
        self.headSize = headSize
        self.factor = factor
    }

    /// The queries of one head in one chunk of tokens, and where their results go.
    public typealias Queries = AttentionKernel.Queries

    /// Attends with the queries of several heads that share keys and values.
    ///
    /// - Parameters:
    ///   - keys: A vector of each position up to the last query's.
    ///   - values: As many.
    public func attend(_ heads: [Queries], keys: StoredVectors, values: StoredVectors) {
        AttentionKernel(factor: factor).attend(heads, keys: keys, values: values)
    }
}
