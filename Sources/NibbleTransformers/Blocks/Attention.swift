import NibbleKernels

/// Causal grouped-query attention over the cache (Ainslie and others 2023): softmax(q·kᵀ ÷ √d)·v for each query head.
struct Attention: @unchecked Sendable {
    let configuration: ModelConfiguration
    let cache: KeyValueCache
    let pool: WorkPool

    /// Writes keys and values of new positions into the cache.
    func store(
        keys: UnsafePointer<Float>, values: UnsafePointer<Float>, block: Int, position: Int, tokenCount: Int
    ) {
        let size = configuration.headSize
        let heads = configuration.keyValueHeadCount
        for token in 0..<tokenCount {
            for head in 0..<heads {
                let source = (token * heads + head) * size
                let target = (position + token) * size
                (cache.keys(block: block, head: head) + target).update(from: keys + source, count: size)
                (cache.values(block: block, head: head) + target).update(from: values + source, count: size)
            }
        }
    }

    /// Attends from `tokenCount` queries at `position` and after; heads are shared among threads.
    func attend(
        queries: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, block: Int,
        position: Int,
        tokenCount: Int
    ) {
        let heads = configuration.headCount
        let work = AttentionWork(queries: queries, output: output)
        pool.run(count: heads) { head in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: position + tokenCount) { scores in
                for token in 0..<tokenCount {
                    let visible = UnsafeMutableBufferPointer(rebasing: scores[..<(position + token + 1)])
                    attend(work, block: block, head: head, token: token, scores: visible)
                }
            }
        }
    }

    private func attend(
        _ work: AttentionWork, block: Int, head: Int, token: Int, scores: UnsafeMutableBufferPointer<Float>
    ) {
        let size = configuration.headSize
        let shared = head / (configuration.headCount / configuration.keyValueHeadCount)
        let keys = cache.keys(block: block, head: shared)
        let values = cache.values(block: block, head: shared)
        let offset = (token * configuration.headCount + head) * size
        let query = work.queries.baseAddress! + offset
        let target = work.output.baseAddress! + offset
        let factor = 1 / Float(size).squareRoot()
        for index in scores.indices {
            scores[index] = VectorKernels.dot(query, keys + index * size, count: size) * factor
        }
        VectorKernels.softmax(scores)
        target.update(repeating: 0, count: size)
        for index in scores.indices {
            VectorKernels.addScaled(values + index * size, factor: scores[index], to: target, count: size)
        }
    }
}

/// Buffers that the heads of one attention share, each writing its own part.
private struct AttentionWork: @unchecked Sendable {
    let queries: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
}
