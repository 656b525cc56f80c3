import CNibbleKernels

/// Causal attention of one head over stored keys and values, in f32: softmax(q·kᵀ · factor)·v.
///
/// Queries come six at a time: their scores against 16 positions at once, and their mixes of 16 channels of the values, are the
/// tiles of ``FloatTiles``. A few queries, or head sizes that 16 doesn't divide, go one by one.
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
    public struct Queries {
        /// The head's first query, `stride` from one token to the next.
        public let start: UnsafePointer<Float>
        /// Where the first result goes.
        public let output: UnsafeMutablePointer<Float>
        /// Numbers from one token to the next.
        public let stride: Int
        /// How many tokens there are.
        public let count: Int
        /// The position of the first.
        public let position: Int

        /// The queries of one head.
        public init(
            start: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, stride: Int, count: Int,
            position: Int
        ) {
            self.start = start
            self.output = output
            self.stride = stride
            self.count = count
            self.position = position
        }
    }

    private static let together = 6

    /// Positions that are converted at a time where few queries read them.
    private static let positionsTogether = 64

    /// Attends with the queries of several heads that share keys and values in f32.
    ///
    /// - Parameters:
    ///   - keys: (position + count) × head size numbers.
    ///   - values: As many.
    public func attend(_ heads: [Queries], keys: UnsafePointer<Float>, values: UnsafePointer<Float>) {
        func stored(_ numbers: UnsafePointer<Float>) -> StoredVectors {
            // Only read from here on.
            StoredVectors(
                .f32, capacity: 0, headSize: headSize, start: UnsafeMutableRawPointer(mutating: numbers))
        }
        attend(heads, keys: stored(keys), values: stored(values))
    }

    /// Attends with the queries of several heads that share keys and values (Ainslie and others 2023).
    ///
    /// - Parameters:
    ///   - keys: A vector of each position up to the last query's.
    ///   - values: As many.
    public func attend(_ heads: [Queries], keys: StoredVectors, values: StoredVectors) {
        guard let first = heads.first else { return }
        guard first.count >= Self.together, headSize % 16 == 0 else {
            for queries in heads { attendOneByOne(queries, keys, values) }
            return
        }
        let positions = first.position + first.count
        let blocks = (positions + 15) / 16
        let isStoredAsFloats = keys.storage == .f32 && values.storage == .f32
        let space = UnsafeMutablePointer<Float>.allocate(
            capacity: isStoredAsFloats ? 1 : 2 * positions * headSize)
        defer { space.deallocate() }
        let turned = turn(keys.floats(0..<positions, in: space), positions: positions)
        defer { turned.deallocate() }
        let mixed = values.floats(0..<positions, in: isStoredAsFloats ? space : space + positions * headSize)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.together * blocks * 16) { scores in
            guard let scores = scores.baseAddress else { return }
            for queries in heads {
                var token = 0
                while token + Self.together <= queries.count {
                    attendTogether(queries, from: token, turned, mixed, scores, stride: blocks * 16)
                    token += Self.together
                }
                attendOneByOne(queries, keys, values, from: token)
            }
        }
    }

    /// Keys as [16 positions' block][channel][16 positions]; positions beyond the last are zeros.
    private func turn(_ keys: UnsafePointer<Float>, positions: Int) -> UnsafeMutablePointer<Float> {
        let blocks = (positions + 15) / 16
        let target = UnsafeMutablePointer<Float>.allocate(capacity: max(blocks, 1) * headSize * 16)
        let loops = InnerLoops.interleaved.pointee
        for block in 0..<blocks {
            let start = target + block * headSize * 16
            for half in 0..<2 {
                let position = block * 16 + half * 8
                guard position + 8 > positions else {
                    loops.transpose_floats(keys + position * headSize, headSize, headSize, start + half * 8)
                    continue
                }
                for offset in 0..<8 {
                    let isPresent = position + offset < positions
                    for channel in 0..<headSize {
                        let value = isPresent ? keys[(position + offset) * headSize + channel] : 0
                        start[channel * 16 + half * 8 + offset] = value
                    }
                }
            }
        }
        return target
    }

    private func attendTogether(
        _ queries: Queries, from token: Int, _ turned: UnsafePointer<Float>, _ values: UnsafePointer<Float>,
        _ scores: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let loops = InnerLoops.interleaved.pointee
        let visible = queries.position + token + Self.together
        let start = queries.start + token * queries.stride
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.together * 16) { totals in
            guard let totals = totals.baseAddress else { return }
            for block in 0..<(visible + 15) / 16 {
                totals.update(repeating: 0, count: Self.together * 16)
                loops.tile_floats(
                    turned + block * headSize * 16, 16, start, queries.stride, headSize, totals)
                for query in 0..<Self.together {
                    let row = scores + query * stride + block * 16
                    for offset in 0..<16 { row[offset] = totals[query * 16 + offset] * factor }
                }
            }
            for query in 0..<Self.together {
                let seen = queries.position + token + query + 1
                let row = scores + query * stride
                VectorKernels.softmax(UnsafeMutableBufferPointer(start: row, count: seen))
                (row + seen).update(repeating: 0, count: visible - seen)
            }
            for channel in Swift.stride(from: 0, to: headSize, by: 16) {
                totals.update(repeating: 0, count: Self.together * 16)
                loops.tile_floats(values + channel, headSize, scores, stride, visible, totals)
                for query in 0..<Self.together {
                    let target = queries.output + (token + query) * queries.stride + channel
                    target.update(from: totals + query * 16, count: 16)
                }
            }
        }
    }

    private func attendOneByOne(
        _ queries: Queries, _ keys: StoredVectors, _ values: StoredVectors, from first: Int = 0
    ) {
        guard first < queries.count else { return }
        let capacity = queries.position + queries.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { scores in
            for token in first..<queries.count {
                let query = queries.start + token * queries.stride
                let target = queries.output + token * queries.stride
                let visible = UnsafeMutableBufferPointer(rebasing: scores[..<(queries.position + token + 1)])
                eachVector(of: keys, count: visible.count) { index, key in
                    visible[index] = VectorKernels.dot(query, key, count: headSize) * factor
                }
                VectorKernels.softmax(visible)
                target.update(repeating: 0, count: headSize)
                eachVector(of: values, count: visible.count) { index, value in
                    VectorKernels.addScaled(value, factor: visible[index], to: target, count: headSize)
                }
            }
        }
    }

    /// The first `count` vectors in f32, in order.
    private func eachVector(
        of vectors: StoredVectors, count: Int, _ body: (Int, UnsafePointer<Float>) -> Void
    ) {
        let together = vectors.storage == .f32 ? count : Self.positionsTogether
        let capacity = vectors.storage == .f32 ? 1 : together * headSize
        withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { space in
            guard let space = space.baseAddress else { return }
            for start in stride(from: 0, to: count, by: max(together, 1)) {
                let range = start..<min(start + together, count)
                let numbers = vectors.floats(range, in: space)
                for index in range { body(index, numbers + (index - start) * headSize) }
            }
        }
    }
}
