/// The overflows of a product's accumulator, by output channel, and the registers that would have held its sums.
///
/// Made only where an overflow happened. A register of b bits holds every partial sum that was seen if b ≥
/// ``sufficientBits``, and any sum of these weights with activations of that size if b ≥ ``safeBits``.
public struct ChannelOverflows: Hashable, Sendable {
    /// Accumulation steps that left the register, for each output channel (row of the weights).
    public internal(set) var counts: [Int]
    /// The exact partial sum that needs the widest register: the greatest x ≥ 0 or −x − 1 for x < 0.
    public internal(set) var peak: Int64
    /// The greatest Σ|w| · max|a| of a sum: no order of its products can go beyond.
    public internal(set) var bound: Int64

    init(channelCount: Int) {
        counts = [Int](repeating: 0, count: channelCount)
        (peak, bound) = (0, 0)
    }

    /// The channel with most overflows, the first of several.
    public var worstChannel: Int { counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0 }

    /// Number of channels with an overflow.
    public var channelCount: Int { counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } }

    /// Width in bits of the narrowest register that holds every exact partial sum seen.
    public var sufficientBits: Int { Self.width(of: peak) }

    /// Width in bits of the narrowest register that no activations of the size seen can overflow.
    public var safeBits: Int { Self.width(of: bound) }

    /// Bits of magnitude and the sign.
    private static func width(of magnitude: Int64) -> Int { 65 - magnitude.leadingZeroBitCount }

    /// Adds the overflows of the same channels in another product.
    mutating func add(_ other: ChannelOverflows) {
        counts += [Int](repeating: 0, count: max(other.counts.count - counts.count, 0))
        for (channel, count) in other.counts.enumerated() { counts[channel] += count }
        (peak, bound) = (max(peak, other.peak), max(bound, other.bound))
    }
}
