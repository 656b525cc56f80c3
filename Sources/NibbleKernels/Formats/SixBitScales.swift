/// The eight scales and minima of Q4_K and Q5_K: two f16 factors and six bits for each, 16 bytes in all (NUMERICS §6).
///
/// Of scale s_j and minimum m_j, j < 4 lie in the low six bits of bytes 4 + j and 8 + j; those of j ≥ 4 have their low four bits
/// in the halves of byte 8 + j and their high two on top of bytes j and 4 + j.
enum SixBitScales {
    /// Scale and minimum of one group.
    static func factors(_ group: Int, _ block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let (scale, minimum) = codes(group, block)
        return (block.half(0) * Float(scale), -(block.half(2) * Float(minimum)))
    }

    private static func codes(_ group: Int, _ block: UnsafePointer<UInt8>) -> (scale: UInt8, minimum: UInt8) {
        let bytes = block + 4
        guard group >= 4 else { return (bytes[group] & 63, bytes[group + 4] & 63) }
        return (
            bytes[group + 4] & 15 | (bytes[group - 4] >> 6) << 4,
            bytes[group + 4] >> 4 | (bytes[group] >> 6) << 4
        )
    }

    /// Stores scales and minima, at least 0, as six-bit shares of their largest.
    static func store(
        _ found: [(scale: Float, minimum: Float)], in block: UnsafeMutablePointer<UInt8>
    ) {
        let scale = found.reduce(0) { max($0, $1.scale) }
        let minimum = found.reduce(0) { max($0, $1.minimum) }
        let (perScale, perMinimum) = (scale > 0 ? 63 / scale : 0, minimum > 0 ? 63 / minimum : 0)
        block.storeHalf(scale / 63, 0)
        block.storeHalf(minimum / 63, 2)
        let bytes = block + 4
        for (group, item) in found.enumerated() {
            let low = UInt8(BlockSearch.whole(perScale * item.scale, 0...63))
            let high = UInt8(BlockSearch.whole(perMinimum * item.minimum, 0...63))
            if group < 4 {
                bytes[group] = low
                bytes[group + 4] = high
            } else {
                bytes[group + 4] = low & 15 | (high & 15) << 4
                bytes[group - 4] |= (low >> 4) << 6
                bytes[group] |= (high >> 4) << 6
            }
        }
    }

    /// Encodes the 256 values of a block with `search` by groups of 32, weights √(mean of squares) + |w|, and writes the codes.
    static func encode(
        _ values: UnsafePointer<Float>, by search: AffineSearch, into block: UnsafeMutablePointer<UInt8>,
        codes: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { space in
            guard let weights = space.baseAddress else { return }
            for start in stride(from: 0, to: 256, by: 32) {
                var squares: Float = 0
                for index in start..<start + 32 { squares += values[index] * values[index] }
                let mean = (squares / 32).squareRoot()
                for index in start..<start + 32 { weights[index] = mean + values[index].magnitude }
            }
            store(search.search(values, weights: weights, count: 32, codes: codes), in: block)
        }
        for group in 0..<8 {
            let (scale, minimum) = factors(group, block)
            guard scale != 0 else { continue }
            for index in 32 * group..<32 * (group + 1) {
                codes[index] = BlockSearch.whole((values[index] - minimum) / scale, 0...search.end)
            }
        }
    }
}
