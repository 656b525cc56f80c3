/// Turns sums of code products into output codes by whole numbers alone: a multiplier, a shift, a zero point, a range.
///
/// The real multiplier M = (input scale · weight scale) / output scale is held as M ≈ mantissa · 2^(shift − 31) with
/// mantissa in 2^30 ..< 2^31. code = clamp(scaled(sum) + zeroPoint, range), where ``scaled(_:)`` rounds sum · M by
/// ``Rounding/double`` or ``Rounding/single``. Sources: Jacob et al., arXiv 1712.05877 §2.2 and gemmlowp `fixedpoint.h`;
/// TensorFlow Lite `MultiplyByQuantizedMultiplier`; Numerics §5.1.
public struct Requantization: Hashable, Sendable {
    /// How the product sum · mantissa is brought down to the output's scale.
    public enum Rounding: String, Hashable, Sendable, CaseIterable {
        /// First the high half of the doubled product, ties toward +∞; then the right shift, ties away from zero: two
        /// roundings, as gemmlowp, TensorFlow Lite and CMSIS-NN do by default.
        case double
        /// One shift by 31 − shift of the exact product, ties toward +∞, as ruy and XNNPACK do.
        case single
    }

    /// M's mantissa q, 2^30 ..< 2^31, or 0 for a multiplier below 2^−32.
    public let mantissa: Int32
    /// M's exponent e, −31 … 30: M = q · 2^(e − 31).
    public let shift: Int
    /// The way of rounding.
    public let rounding: Rounding
    /// The output code of zero.
    public let zeroPoint: Int32
    /// The output codes: those of the type, or fewer after an activation such as ReLU.
    public let range: ClosedRange<Int32>

    /// Codes of 8 bits with sign.
    public static let signedBytes: ClosedRange<Int32> = -128...127
    /// Codes of 8 bits without sign.
    public static let unsignedBytes: ClosedRange<Int32> = 0...255

    /// Splits a real multiplier: (f, e) = frexp(M), q = round(f · 2^31) with ties away from zero; q = 2^31 becomes 2^30
    /// with e + 1; e < −31 becomes q = 0, e = 0.
    /// - Parameter multiplier: M, 0 or more and less than 2^30.
    /// - Throws: ``KernelError/unsupported(_:)`` for another multiplier.
    public init(
        multiplier: Double, rounding: Rounding = .double, zeroPoint: Int32 = 0,
        range: ClosedRange<Int32> = signedBytes
    ) throws(KernelError) {
        guard multiplier >= 0, multiplier <= Self.largestMultiplier else {
            throw .unsupported(
                "A sum cannot be requantized by \(multiplier): the multiplier is at least 0 and below 2^30.")
        }
        (mantissa, shift) = Self.split(multiplier)
        (self.rounding, self.zeroPoint, self.range) = (rounding, zeroPoint, range)
    }

    /// The multiplier of a product: M = inputScale · weightScale / outputScale.
    /// - Throws: ``KernelError/unsupported(_:)`` if M is negative, not finite or 2^30 or more.
    public init(
        inputScale: Double, weightScale: Double, outputScale: Double, rounding: Rounding = .double,
        zeroPoint: Int32 = 0, range: ClosedRange<Int32> = signedBytes
    ) throws(KernelError) {
        try self.init(
            multiplier: inputScale * weightScale / outputScale, rounding: rounding, zeroPoint: zeroPoint,
            range: range)
    }

    /// The largest multiplier whose mantissa rounds to less than 2^31 at the largest exponent.
    private static let largestMultiplier = (0x1p31 - 1) * 0x1p-1

    private static func split(_ multiplier: Double) -> (mantissa: Int32, shift: Int) {
        guard multiplier > 0 else { return (0, 0) }
        // The significand lies in 1 ..< 2, frexp's fraction in ½ ..< 1.
        var mantissa = Int64((multiplier.significand * 0x1p30).rounded(.toNearestOrAwayFromZero))
        var shift = Int(multiplier.exponent) + 1
        if mantissa == 1 << 31 {
            mantissa >>= 1
            shift += 1
        }
        return shift < -31 ? (0, 0) : (Int32(mantissa), shift)
    }

    /// The output code of a sum.
    @inline(__always)
    public func code(of sum: Int32) -> Int32 {
        let shifted = Int64(scaled(sum)) + Int64(zeroPoint)
        return Int32(min(max(shifted, Int64(range.lowerBound)), Int64(range.upperBound)))
    }

    /// sum · M, rounded; beyond 32 bits it stays at the nearest end.
    @inline(__always)
    public func scaled(_ sum: Int32) -> Int32 {
        switch rounding {
        case .double:
            let raised = Int32(clamping: Int64(sum) << Int64(max(shift, 0)))
            return Self.dividedByPowerOfTwo(Self.highProduct(raised, mantissa), exponent: max(-shift, 0))
        case .single:
            let places = Int64(31 - shift)
            return Int32(clamping: (Int64(sum) * Int64(mantissa) + (1 << (places - 1))) >> places)
        }
    }

    /// gemmlowp's SaturatingRoundingDoublingHighMul: a·b / 2^31, rounded to nearest, ties toward +∞; −2^31 · −2^31 gives
    /// 2^31 − 1.
    @inline(__always)
    public static func highProduct(_ a: Int32, _ b: Int32) -> Int32 {
        guard a != .min || b != .min else { return .max }
        let product = Int64(a) * Int64(b)
        let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
        // Swift's division cuts toward zero, as the definition asks.
        return Int32((product + nudge) / (1 << 31))
    }

    /// gemmlowp's RoundingDivideByPOT: value / 2^exponent for exponent 0 … 31, ties away from zero.
    @inline(__always)
    public static func dividedByPowerOfTwo(_ value: Int32, exponent: Int) -> Int32 {
        let wide = Int64(value)
        let mask = (Int64(1) << Int64(exponent)) - 1
        let threshold = (mask >> 1) + (value < 0 ? 1 : 0)
        return Int32((wide >> Int64(exponent)) + ((wide & mask) > threshold ? 1 : 0))
    }
}
