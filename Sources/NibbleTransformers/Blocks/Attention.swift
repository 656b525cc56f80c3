import NibbleKernels

/// Causal grouped-query attention over the cache (Ainslie and others 2023): softmax(q·kᵀ ÷ √d)·v for each query head.
struct Attention: @unchecked Sendable {
    let configuration: ModelConfiguration
    let cache: KeyValueCache
    let pool: WorkPool

    /// Writes keys and values of new positions into the cache.
    func store(
        keys: UnsafeMutableBufferPointer<Float>, values: UnsafeMutableBufferPointer<Float>, block: Int,
        position: Int, tokenCount: Int
    ) {
        guard let keys = keys.baseAddress, let values = values.baseAddress else { return }
        let size = configuration.headSize
        let heads = configuration.keyValueHeadCount
        for head in 0..<heads {
            let (storedKeys, storedValues) = (
                cache.keys(block: block, head: head), cache.values(block: block, head: head)
            )
            for token in 0..<tokenCount {
                let source = (token * heads + head) * size
                storedKeys.write(keys + source, position: position + token)
                storedValues.write(values + source, position: position + token)
            }
        }
    }

    /// Attends from `tokenCount` queries at `position` and after; key-value heads are shared among threads.
    func attend(
        queries: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, block: Int,
        position: Int, tokenCount: Int
    ) {
        let size = configuration.headSize
        let stride = configuration.headCount * size
        let shared = configuration.headCount / configuration.keyValueHeadCount
        let attention = CausalAttention(headSize: size, factor: 1 / Float(size).squareRoot())
        let work = AttentionWork(queries: queries, output: output)
        // With one token a head is little work: then heads that share keys go to different threads too.
        let headsTogether = tokenCount == 1 ? 1 : shared
        pool.run(count: configuration.headCount / headsTogether) { group in
            let first = group * headsTogether
            let heads = (first..<first + headsTogether).map { head in
                CausalAttention.Queries(
                    start: work.queries.baseAddress! + head * size,
                    output: work.output.baseAddress! + head * size, stride: stride, count: tokenCount,
                    position: position)
            }
            attention.attend(
                heads, keys: cache.keys(block: block, head: first / shared),
                values: cache.values(block: block, head: first / shared))
        }
    }
}

/// Buffers that the heads of one attention share, each writing its own part.
private struct AttentionWork: @unchecked Sendable {
    let queries: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
}
