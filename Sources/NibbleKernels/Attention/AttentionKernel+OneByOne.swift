extension AttentionKernel {
    /// Positions that are converted at a time where few queries read them.
    private static let positionsTogether = 64

    /// Attends with the tokens, each by itself.
    func attendOneByOne(_ queries: Queries, _ keys: StoredVectors, _ values: StoredVectors) {
        for token in 0..<queries.count {
            let query = queries.start + token * queries.stride
            let target = queries.output + token * queries.outputStride
            let range = mask.visible(from: queries.position + token)
            // One place more, for a sink.
            withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count + 1) { space in
                guard let scores = space.baseAddress else { return }
                eachVector(of: keys, range) { index, key in
                    scores[index] = VectorKernels.dot(query, key, count: keys.headSize) * factor
                }
                weigh(scores, range, queries, token: token)
                target.update(repeating: 0, count: values.headSize)
                eachVector(of: values, range) { index, value in
                    VectorKernels.addScaled(
                        value, factor: scores[index], to: target, count: values.headSize)
                }
            }
        }
    }

    /// The vectors of some positions in f32, in order, each with its place among them.
    private func eachVector(
        of vectors: StoredVectors, _ positions: Range<Int>, _ body: (Int, UnsafePointer<Float>) -> Void
    ) {
        let isInPlace = vectors.storage.isFloat
        let together = isInPlace ? positions.count : Self.positionsTogether
        let capacity = isInPlace ? 1 : together * vectors.headSize
        withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { space in
            guard let space = space.baseAddress else { return }
            for start in stride(from: 0, to: positions.count, by: max(together, 1)) {
                let range = start..<min(start + together, positions.count)
                let first = positions.lowerBound + start
                let numbers = vectors.floats(first..<first + range.count, in: space)
                for index in range { body(index, numbers + (index - start) * vectors.headSize) }
            }
        }
    }
}
