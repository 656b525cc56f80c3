/// The simulated register in which the products of weight and activation codes are summed.
public struct Accumulator: Hashable, Sendable {
    /// What happens to a sum that leaves the register's range.
    public enum Overflow: String, Hashable, Sendable, CaseIterable {
        /// Two's complement wrap-around.
        case wrap
        /// Stays at the nearest end of the range.
        case saturate
    }

    /// Width of the register in bits: one of ``widths``.
    public var bits: Int
    /// What happens on overflow.
    public var overflow: Overflow

    /// The widths that can be simulated, in bits.
    public static let widths = [8, 16, 20, 24, 32]
    /// A 32-bit register that wraps, as integer matrix products on processors have.
    public static let wide = Accumulator(bits: 32, overflow: .wrap)

    /// Makes a register of `bits` bits.
    public init(bits: Int, overflow: Overflow) {
        self.bits = bits
        self.overflow = overflow
    }

    /// The smallest and the largest sum that fit: −2^(bits−1) … 2^(bits−1)−1.
    public var range: ClosedRange<Int64> {
        let end = Int64(1) << (min(max(bits, 1), 63) - 1)
        return -end...end - 1
    }
}
