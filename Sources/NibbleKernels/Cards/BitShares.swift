/// Bits per weight by what they are for; they add up to ``PackedLayout/bitsPerWeight``.
public struct BitShares: Hashable, Sendable {
    /// Weights themselves.
    public let codes: Double
    /// Scales of groups, rows or blocks.
    public let scales: Double
    /// Minima or zero points.
    public let minima: Double
    /// What the whole tensor has once.
    public let tensor: Double
    /// What only fills bytes and blocks.
    public let padding: Double

    /// All of them: what a weight costs.
    public var total: Double { codes + scales + minima + tensor + padding }

    /// Those that are there, with their names, codes first.
    public var parts: [(name: String, bits: Double)] {
        [
            ("codes", codes), ("scales", scales), ("minima", minima), ("tensor", tensor),
            ("padding", padding),
        ].filter { $0.1 > 0 }
    }
}

extension PackedLayout {
    /// How many bits of a weight go where; all zero for a matrix without weights.
    public var bitShares: BitShares {
        let weights = Double(max(shape.elementCount, 1))
        return BitShares(
            codes: Double(codeBits) / weights, scales: Double(scaleBits) / weights,
            minima: Double(zeroPointBits) / weights, tensor: Double(tensorBits) / weights,
            padding: Double(paddingBits) / weights)
    }
}
