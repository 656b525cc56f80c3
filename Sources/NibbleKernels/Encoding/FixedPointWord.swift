/// A word Qm.n of fixed point: W bits with the sign among them, of which n are fraction bits; value = code · 2^(−n).
///
/// code = round(value · 2^n), which then saturates or wraps: ((code − lowest) mod 2^W) + lowest (Numerics §5.2). NaN is 0;
/// infinities are ends of the range, wrapping or not.
public struct FixedPointWord: Hashable, Sendable {
    /// W, 2 … 32.
    public let bits: Int
    /// n, which may be negative or beyond W.
    public let fractionBits: Int

    /// Makes a word of `bits` bits.
    public init(bits: Int, fractionBits: Int) {
        self.bits = bits
        self.fractionBits = fractionBits
    }

    /// The codes that fit: −2^(W−1) … 2^(W−1) − 1.
    public var range: ClosedRange<Int32> {
        Int32(truncatingIfNeeded: -(Int64(1) << (bits - 1)))...Int32((Int64(1) << (bits - 1)) - 1)
    }

    /// The code of a value rounded by a mode.
    public func code(
        _ value: Float, rounding: RoundingMode, overflow: Accumulator.Overflow = .saturate
    ) -> Int32 {
        held(rounding.round(steps(value)), overflow)
    }

    /// The code of a value rounded stochastically: ⌊value · 2^n + u⌋ with u uniform in [0, 1), which is unbiased.
    public func code(
        _ value: Float, uniform: Double, overflow: Accumulator.Overflow = .saturate
    ) -> Int32 {
        held((steps(value) + uniform).rounded(.down), overflow)
    }

    /// value · 2^n, exact.
    private func steps(_ value: Float) -> Double {
        Double(value) * Double(sign: .plus, exponent: fractionBits, significand: 1)
    }

    private func held(_ code: Double, _ overflow: Accumulator.Overflow) -> Int32 {
        guard !code.isNaN else { return 0 }
        let (lowest, highest) = (Double(range.lowerBound), Double(range.upperBound))
        guard overflow == .wrap, code.isFinite else { return Int32(min(max(code, lowest), highest)) }
        let period = Double(sign: .plus, exponent: bits, significand: 1)
        let rest = code.truncatingRemainder(dividingBy: period)
        return Int32(rest < lowest ? rest + period : rest > highest ? rest - period : rest)
    }
}
