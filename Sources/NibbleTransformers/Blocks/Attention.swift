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
        let new = NewVectors(keys: keys, values: values)
        let heads = configuration.keyValueHeadCount
        guard tokenCount > 1 else {
            for head in 0..<heads { store(new, block: block, head: head, position: position, tokenCount: 1) }
            return
        }
        pool.run(count: heads) { head in
            store(new, block: block, head: head, position: position, tokenCount: tokenCount)
        }
    }

    private struct NewVectors: @unchecked Sendable {
        let keys: UnsafePointer<Float>
        let values: UnsafePointer<Float>

        init(keys: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>) {
            (self.keys, self.values) = (UnsafePointer(keys), UnsafePointer(values))
        }
    }

    private func store(_ new: NewVectors, block: Int, head: Int, position: Int, tokenCount: Int) {
        let keys = cache.keys(block: block, head: head)
        let values = cache.values(block: block, head: head)
        for token in 0..<tokenCount {
            let source = (token * configuration.keyValueHeadCount + head) * configuration.headSize
            keys.write(new.keys + source, position: position + token)
            values.write(new.values + source, position: position + token)
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
