import CNibbleKernels

/// The keys and values of a chunk of queries, laid out so that twelve queries attend together.
struct QueryTile {
    /// Queries that attend together.
    static let queries = 12
    /// Queries from which on the layout is worth its making.
    static let fewest = 6

    private let kernel: AttentionKernel
    private let keySize: Int
    private let valueSize: Int
    /// The first position that is laid out, a multiple of 16.
    private let base: Int
    /// Keys as [16 positions' block][channel][16 positions]; positions beyond the last are zeros.
    private let turned: UnsafeMutablePointer<Float>
    /// Values from `base` on, one after the other.
    private let mixed: UnsafePointer<Float>
    /// What `mixed` and the keys were converted into, where they had to be.
    private let space: UnsafeMutablePointer<Float>
    /// Weights of a position for each of the queries, `stride` from one query to the next.
    private let scores: UnsafeMutablePointer<Float>
    private let stride: Int

    /// Lays out what any of the queries sees.
    init(
        _ kernel: AttentionKernel, of queries: AttentionKernel.Queries, keys: StoredVectors,
        values: StoredVectors
    ) {
        self.kernel = kernel
        (keySize, valueSize) = (keys.headSize, values.headSize)
        let seen = Self.range(seenBy: 0..<queries.count, of: queries, kernel.mask)
        base = seen.lowerBound / 16 * 16
        let positions = base..<max(base, seen.upperBound)
        // One place more than blocks have, for a sink.
        stride = (positions.count + 15) / 16 * 16 + 16
        let isInPlace = keys.storage.isFloat && values.storage.isFloat
        space = .allocate(capacity: isInPlace ? 1 : max(positions.count * (keySize + valueSize), 1))
        let converted = keys.floats(positions, in: space)
        turned = Self.turn(converted, channels: keySize, positions: positions.count)
        mixed = values.floats(positions, in: isInPlace ? space : space + positions.count * keySize)
        scores = .allocate(capacity: Self.queries * stride)
    }

    /// Gives the memory back.
    func deallocate() {
        scores.deallocate()
        turned.deallocate()
        space.deallocate()
    }

    /// The positions that some tokens see, from the first to the last; an empty range at 0 where they see
    /// none.
    private static func range(
        seenBy tokens: Range<Int>, of queries: AttentionKernel.Queries, _ mask: AttentionMask
    ) -> Range<Int> {
        var (lower, upper) = (Int.max, 0)
        for token in tokens {
            let seen = mask.visible(from: queries.position + token)
            guard !seen.isEmpty else { continue }
            (lower, upper) = (min(lower, seen.lowerBound), max(upper, seen.upperBound))
        }
        return lower < upper ? lower..<upper : 0..<0
    }

    private static func turn(
        _ keys: UnsafePointer<Float>, channels: Int, positions: Int
    ) -> UnsafeMutablePointer<Float> {
        let blocks = (positions + 15) / 16
        let target = UnsafeMutablePointer<Float>.allocate(capacity: max(blocks, 1) * channels * 16)
        let loops = InnerLoops.interleaved.pointee
        for block in 0..<blocks {
            let start = target + block * channels * 16
            for half in 0..<2 {
                let position = block * 16 + half * 8
                guard position + 8 > positions else {
                    loops.transpose_floats(keys + position * channels, channels, channels, start + half * 8)
                    continue
                }
                for offset in 0..<8 {
                    let isPresent = position + offset < positions
                    for channel in 0..<channels {
                        let value = isPresent ? keys[(position + offset) * channels + channel] : 0
                        start[channel * 16 + half * 8 + offset] = value
                    }
                }
            }
        }
        return target
    }

    /// Attends with the queries of some tokens, at most ``queries``.
    func attend(_ queries: AttentionKernel.Queries, tokens: Range<Int>) {
        let some = Self.range(seenBy: tokens, of: queries, kernel.mask)
        let seen = some.isEmpty ? base..<base : some
        score(queries, tokens, seen)
        weigh(queries, tokens, seen)
        mix(queries, tokens, seen)
    }

    /// Products of the queries with the keys, by blocks of 16 positions.
    private func score(_ queries: AttentionKernel.Queries, _ tokens: Range<Int>, _ seen: Range<Int>) {
        let blocks = (seen.lowerBound - base) / 16..<(seen.upperBound - base + 15) / 16
        var panel = nibble_float_panel(
            weights: turned + blocks.lowerBound * keySize * 16, column_stride: 16, pair_stride: keySize * 16,
            pairs: blocks.count, columns: keySize, next: nil, next_stride: 0, next_rows: 0, next_bytes: 0)
        let sums = nibble_float_totals(
            start: scores + blocks.lowerBound * 16, token_stride: stride, pair_stride: 16, replaces: 1,
            bias: nil, strange: nil)
        InnerLoops.interleaved.pointee.multiply_floats(
            &panel, queries.start + tokens.lowerBound * queries.stride, queries.stride, tokens.count, sums)
    }

    /// Makes products weights; positions that one query sees and another doesn't weigh nothing for that one.
    private func weigh(_ queries: AttentionKernel.Queries, _ tokens: Range<Int>, _ seen: Range<Int>) {
        for (place, token) in tokens.enumerated() {
            let row = scores + place * stride
            let own = kernel.mask.visible(from: queries.position + token)
            let range = own.isEmpty ? seen.lowerBound..<seen.lowerBound : own
            let start = row + (range.lowerBound - base)
            for index in 0..<range.count { start[index] *= kernel.factor }
            kernel.weigh(start, range, queries, token: token)
            (row + (seen.lowerBound - base)).update(repeating: 0, count: range.lowerBound - seen.lowerBound)
            (row + (range.upperBound - base)).update(repeating: 0, count: seen.upperBound - range.upperBound)
        }
    }

    /// Sums of the values by weights, 16 channels at a time.
    private func mix(_ queries: AttentionKernel.Queries, _ tokens: Range<Int>, _ seen: Range<Int>) {
        let first = seen.lowerBound - base
        var panel = nibble_float_panel(
            weights: mixed + first * valueSize, column_stride: valueSize, pair_stride: 16,
            pairs: valueSize / 16, columns: seen.count, next: nil, next_stride: 0, next_rows: 0,
            next_bytes: 0)
        let target = queries.output + tokens.lowerBound * queries.outputStride
        let sums = nibble_float_totals(
            start: target, token_stride: queries.outputStride, pair_stride: 16, replaces: 1, bias: nil,
            strange: nil)
        InnerLoops.interleaved.pointee.multiply_floats(&panel, scores + first, stride, tokens.count, sums)
    }
}
