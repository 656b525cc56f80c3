import CNibbleKernels

/// A floating-point type of 4 to 8 bits: sign, E exponent bits, M fraction bits, bias b (Numerics §1; OCP OFP8 and MX v1.0).
///
/// Code 0 of the exponent: ±2^(1−b) · m ÷ 2^M, else ±2^(e−b) · (1 + m ÷ 2^M).
public struct MiniFloat: Sendable {
    /// What the largest codes stand for.
    public enum Specials: Sendable {
        /// Numbers like all others.
        case none
        /// All ones is NaN; there is no infinity (E4M3).
        case notANumber
        /// The largest exponent holds infinity and NaN as in IEEE 754 (E5M2).
        case infinities
        /// What would be −0 is NaN; there is neither infinity nor −0 (the “fnuz” types).
        case negativeZero
    }

    /// What becomes of a magnitude beyond the largest number.
    public enum Overflow: Sendable {
        /// The largest number, for infinities too.
        case saturate
        /// Infinity or NaN, whichever the type has; the largest number where it has neither.
        case special
    }

    /// The usual name, such as `e4m3`.
    public let name: String
    /// Exponent bits E.
    public let exponentBits: Int
    /// Fraction bits M.
    public let fractionBits: Int
    /// Exponent bias b.
    public let bias: Int
    /// What the largest codes stand for.
    public let specials: Specials
    /// The value of each code; the sign is the highest bit.
    public let values: [Float]

    /// 8 bits up to 448, for weights and activations.
    public static let e4m3 = MiniFloat("e4m3", exponentBits: 4, fractionBits: 3, bias: 7, .notANumber)
    /// 8 bits up to 57344, for gradients.
    public static let e5m2 = MiniFloat("e5m2", exponentBits: 5, fractionBits: 2, bias: 15, .infinities)
    /// 6 bits up to 28.
    public static let e3m2 = MiniFloat("e3m2", exponentBits: 3, fractionBits: 2, bias: 3, .none)
    /// 6 bits up to 7.5.
    public static let e2m3 = MiniFloat("e2m3", exponentBits: 2, fractionBits: 3, bias: 1, .none)
    /// 4 bits: 0, ½, 1, 1½, 2, 3, 4, 6.
    public static let e2m1 = MiniFloat("e2m1", exponentBits: 2, fractionBits: 1, bias: 1, .none)

    /// 8 bits up to 240 as in IEEE 754, with infinities.
    public static let e4m3ieee = MiniFloat(
        "e4m3-ieee", exponentBits: 4, fractionBits: 3, bias: 7, .infinities)
    /// 8 bits up to 15.5 as in IEEE 754, with infinities.
    public static let e3m4 = MiniFloat("e3m4", exponentBits: 3, fractionBits: 4, bias: 3, .infinities)
    /// 8 bits up to 240, of AMD's MI300.
    public static let e4m3fnuz = MiniFloat(
        "e4m3fnuz", exponentBits: 4, fractionBits: 3, bias: 8, .negativeZero)
    /// 8 bits up to 57344, of AMD's MI300.
    public static let e5m2fnuz = MiniFloat(
        "e5m2fnuz", exponentBits: 5, fractionBits: 2, bias: 16, .negativeZero)

    private init(_ name: String, exponentBits: Int, fractionBits: Int, bias: Int, _ specials: Specials) {
        self.name = name
        self.exponentBits = exponentBits
        self.fractionBits = fractionBits
        self.bias = bias
        self.specials = specials
        let magnitudes = (0..<1 << (exponentBits + fractionBits)).map { code in
            Self.magnitude(code, exponentBits, fractionBits, bias, specials)
        }
        var values = magnitudes + magnitudes.map { -$0 }
        if specials == .negativeZero { values[magnitudes.count] = .nan }
        self.values = values
    }

    private static func magnitude(
        _ code: Int, _ exponentBits: Int, _ fractionBits: Int, _ bias: Int, _ specials: Specials
    ) -> Float {
        let (exponent, fraction) = (code >> fractionBits, code & ((1 << fractionBits) - 1))
        let isLast = exponent == (1 << exponentBits) - 1
        if isLast, specials == .infinities { return fraction == 0 ? .infinity : .nan }
        if isLast, specials == .notANumber, fraction == (1 << fractionBits) - 1 { return .nan }
        let significand = exponent == 0 ? fraction : fraction + (1 << fractionBits)
        let power = max(exponent, 1) - bias - fractionBits
        return Float(significand) * Float(sign: .plus, exponent: power, significand: 1)
    }

    /// Bits of a code: 1 + E + M.
    public var codeBits: Int { 1 + exponentBits + fractionBits }
    /// The sign bit.
    public var signBit: UInt8 { 1 << UInt8(exponentBits + fractionBits) }
    /// The code of the largest number.
    public var largestCode: UInt8 {
        switch specials {
        case .none, .negativeZero: signBit - 1
        case .notANumber: signBit - 2
        case .infinities: signBit - (1 << UInt8(fractionBits)) - 1
        }
    }
    /// The largest number.
    public var largest: Float { values[Int(largestCode)] }
    /// The smallest number above zero.
    public var smallest: Float { values[1] }
    /// ⌊log₂ largest⌋.
    public var largestExponent: Int { Int(largest.exponent) }

    /// How the innermost loops take it.
    var loopType: nibble_mini_float {
        nibble_mini_float(
            fraction_bits: Int32(fractionBits), bias: Int32(bias),
            nan_code: Int32(notANumber ?? 0), largest_code: Int32(largestCode),
            sign_bit: Int32(signBit), largest: largest)
    }

    /// The code of a value rounded by `rounding`; NaN is NaN where the type has one, else zero.
    @inline(__always)
    public func code(
        _ value: Float, rounding: RoundingMode = .halfToEven, overflow: Overflow = .saturate
    ) -> UInt8 {
        let sign = value.sign == .minus ? signBit : 0
        guard !value.isNaN else { return notANumber.map { $0 | sign } ?? 0 }
        let magnitude = roundedMagnitude(value, rounding)
        if magnitude <= Int(largestCode) {
            let code = sign | UInt8(truncatingIfNeeded: magnitude)
            return specials == .negativeZero && code == signBit ? 0 : code
        }
        guard overflow == .special, let notANumber else { return sign | largestCode }
        return sign | (specials == .infinities ? largestCode + 1 : notANumber)
    }

    /// The code of NaN, without its sign where it may have one; nil if there is none.
    public var notANumber: UInt8? {
        switch specials {
        case .none: nil
        case .notANumber, .infinities: signBit - 1
        case .negativeZero: signBit
        }
    }

    /// The code of a value without its sign, or one beyond the largest.
    @inline(__always)
    private func roundedMagnitude(_ value: Float, _ rounding: RoundingMode) -> Int {
        let exponent = max(Int(value.bitPattern >> 23 & 0xFF) - 127, 1 - bias)
        guard exponent <= largestExponentField else { return 256 }
        // Units in the last place of a number with this exponent; the multiplication is exact.
        let units = value * Float(bitPattern: UInt32(127 + fractionBits - exponent) << 23)
        let whole = rounding == .halfToEven ? roundedHalfToEven(units) : rounding.round(units)
        return ((exponent + bias - 1) << fractionBits) + Int(whole.magnitude)
    }

    private var largestExponentField: Int { (1 << exponentBits) - 1 - bias }
}
