/// Attention of queries over stored keys and values, in f32: softmax(bias + cap(q·kᵀ · factor))·v.
///
/// Sizes are those of the stored vectors: a query has as many channels as a key, a result as many as a value.
///
///     let kernel = AttentionKernel(factor: 1 / Float(keySize).squareRoot(), mask: .slidingWindow(4096))
///     kernel.attend(heads, keys: keys, values: values)
///
/// Queries come twelve at a time: their scores against blocks of 16 positions, and their mixes of 16 channels
/// of the values, are the tiles of ``FloatTiles``. A few queries, or sizes that 16 doesn't divide, go one by
/// one.
public struct AttentionKernel: Sendable {
    /// What the product of a query and a key is multiplied by, commonly 1 ÷ √(channels).
    public var factor: Float
    /// Which positions a query sees.
    public var mask: AttentionMask
    /// Where scores end: each becomes cap · tanh(score ÷ cap) (Gemma 2); nil for none.
    public var softCap: Float?

    /// A kernel with its options.
    public init(factor: Float, mask: AttentionMask = .causal, softCap: Float? = nil) {
        self.factor = factor
        self.mask = mask
        self.softCap = softCap
    }

    /// Attends with the queries of several heads that share keys and values (Ainslie and others 2023).
    ///
    /// - Parameters:
    ///   - heads: The queries of each head; all have the first one's count and position.
    ///   - keys: A vector of each position that the mask lets a query see.
    ///   - values: As many.
    public func attend(_ heads: [Queries], keys: StoredVectors, values: StoredVectors) {
        guard let first = heads.first else { return }
        guard first.count >= QueryTile.fewest, keys.headSize % 16 == 0, values.headSize % 16 == 0 else {
            for queries in heads { attendOneByOne(queries, keys, values) }
            return
        }
        let tile = QueryTile(self, of: first, keys: keys, values: values)
        defer { tile.deallocate() }
        for queries in heads {
            for token in stride(from: 0, to: queries.count, by: QueryTile.queries) {
                tile.attend(queries, tokens: token..<min(token + QueryTile.queries, queries.count))
            }
        }
    }

    /// Turns the products of a query with the keys of `range` into weights that add up to 1.
    ///
    /// - Parameter products: One for each position of `range`, multiplied by the factor already, and one
    ///   place more.
    func weigh(
        _ products: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ queries: Queries, token: Int
    ) {
        let count = range.count
        if let softCap { VectorKernels.softCap(products, cap: softCap, count: count) }
        if let bias = queries.bias {
            for place in 0..<count { products[place] += bias[token, range.lowerBound + place] }
        }
        guard let sink = queries.sink else {
            return VectorKernels.softmax(UnsafeMutableBufferPointer(start: products, count: count))
        }
        products[count] = sink
        VectorKernels.softmax(UnsafeMutableBufferPointer(start: products, count: count + 1))
    }
}
