/// E8M0 scales: a byte e stands for 2^(e − 127), 255 for NaN (OCP MX v1.0 §5.4.1).
enum PowerOfTwoScale {
    static let notANumber: UInt8 = 255

    /// The rules by which blocks choose their scale, the published one first.
    static let rules: [RangeRule] = [
        .scale(.floor), .scale(.ceiling), .scale(.even), .scale(.roundUp), .meanSquaredError,
    ]

    /// What a rule needs to know of a block's elements.
    struct Element {
        /// The largest number.
        let largest: Float
        /// Fraction bits of a normal number.
        let fractionBits: Int
    }

    /// 2^(byte − 127); byte 0 is a subnormal f32.
    @inline(__always)
    static func value(_ byte: UInt8) -> Float {
        byte == 0 ? 0x1p-127 : byte == notANumber ? .nan : Float(bitPattern: UInt32(byte) << 23)
    }

    /// The byte nearest to a number: halfway between two powers the larger; 255 for NaN, what isn't above zero, and what
    /// rounds beyond 2^127 (the cast of ml_dtypes; Numerics §1).
    static func byte(nearest number: Float) -> UInt8 {
        guard number > 0, number.isFinite else { return notANumber }
        let bits = number.bitPattern
        // Subnormal f32: all up to 2^−127 is that, all above 2^−126.
        guard bits >= 1 << 23 else { return bits > 1 << 22 ? 1 : 0 }
        return UInt8((bits + (1 << 22)) >> 23)
    }

    /// The scale byte of a block by `rule`; by the floor rule where it isn't one of ``rules``.
    ///
    /// - Parameter error: The squared error with a scale.
    static func byte(
        of values: UnsafeBufferPointer<Float>, element: Element, rule: RangeRule, error: (Float) -> Double
    ) -> UInt8 {
        var largest: UInt32 = 0
        for value in values { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
        guard largest < 0x7F80_0000 else { return notANumber }
        guard largest > 0 else { return 0 }
        let exponent = exponent(Float(bitPattern: largest), element, rule)
        guard rule == .meanSquaredError else { return UInt8(exponent) }
        var best = (byte: UInt8(exponent), error: error(value(UInt8(exponent))))
        for candidate in [exponent - 1, exponent + 1] where 0...254 ~= candidate {
            let error = error(value(UInt8(candidate)))
            if error < best.error { best = (UInt8(candidate), error) }
        }
        return best.byte
    }

    /// The exponent of a block's scale plus 127, held within 0 … 254; see ``ScaleRule``.
    private static func exponent(_ largest: Float, _ element: Element, _ rule: RangeRule) -> Int {
        let bits = largest.bitPattern
        let end = Int(element.largest.exponent)
        let exponent =
            switch rule {
            case .scale(.ceiling): Int(bits >> 23) + (bits & 0x7F_FFFF > 0 ? 1 : 0) - end
            case .scale(.even): Int((bits + (1 << UInt32(22 - element.fractionBits))) >> 23) - end
            case .scale(.roundUp): leastPower(atLeast: largest / element.largest)
            default: Int(bits >> 23) - end
            }
        return min(max(exponent, 0), 254)
    }

    /// ⌈log₂ value⌉ + 127, at least 0.
    private static func leastPower(atLeast value: Float) -> Int {
        let (exponent, fraction) = (Int(value.bitPattern >> 23), value.bitPattern & 0x7F_FFFF)
        return exponent + (fraction > (exponent == 0 ? 1 << 22 : 0) ? 1 : 0)
    }

    /// Σ (value − scale · number)², where `rounded` gives the number of value ÷ scale.
    static func error(
        of values: UnsafeBufferPointer<Float>, scale: Float, rounded: (Float) -> Float
    ) -> Double {
        values.reduce(0.0) { sum, value in
            let difference = Double(value) - Double(scale * rounded(value / scale))
            return sum + difference * difference
        }
    }
}
