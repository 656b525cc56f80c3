import CNibbleKernels

/// OCP microscaling blocks: 32 small floats that share a power of two; value = 2^(byte − 127) × number.
///
/// By the published rule the exponent is ⌊log₂ max|w|⌋ − ⌊log₂ largest number⌋ held within ±127, numbers are rounded to nearest
/// even and saturate: a largest weight beyond the type's largest number clips (OCP MX v1.0 §6.3, Numerics §2). Other rules are
/// those of ``ScaleRule``; the error search compares the exponents one below and one above the published one. A block with NaN
/// or infinity is NaN (scale byte 255). Rows hold dense codes, lowest bits first, then the scale bytes; the last block of a row
/// may be short.
public struct MXFormat: LevelCoded {
    static let blockSize = 32

    /// The type of the codes.
    public let type: MiniFloat

    static let all: [any NumericFormat] = [MiniFloat.e4m3, .e5m2, .e3m2, .e2m3, .e2m1].map(MXFormat.init)

    /// `mxfp8-e4m3`; `mxfp4` where there is one type of that width.
    public var name: String { "mxfp\(codeBits)" + (codeBits == 4 ? "" : "-\(type.name)") }
    /// One line for a person who chooses.
    public var summary: String {
        "OCP MX: blocks of 32 \(type.name.uppercased()) numbers, a power-of-two scale"
    }
    /// Microscaling formats.
    public var family: FormatFamily { .microscaling }
    /// As wide as the type of the elements: 4, 6 or 8 bits with the sign.
    public var codeBits: Int { type.codeBits }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The published rule, those of other tools, and the search among neighbours.
    public var rangeRules: [RangeRule] { PowerOfTwoScale.rules }
    /// As OCP MX has it.
    public var nonFinite: NonFinitePolicy { .spreads }
    /// Activations stay floating point, of 32 or 8 bits.
    public var activations: [String] { ["float", "fp8-token"] }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// The largest number of a block keeps its exponent.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }

    var levels: [Float] { type.values }

    func groupSize(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int { Self.blockSize }
    func scaleByteCount(_ encoding: StorageEncoding) -> Int { 1 }
    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, group: Int) -> Float {
        PowerOfTwoScale.value(bytes[0])
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    func encode(
        _ values: UnsafeBufferPointer<Float>, group: Int, _ context: RowContext,
        codes: UnsafeMutablePointer<UInt16>, scale scaleBytes: UnsafeMutableRawBufferPointer
    ) {
        let rounding = context.encoding.rounding
        let element = PowerOfTwoScale.Element(largest: type.largest, fractionBits: type.fractionBits)
        let byte = PowerOfTwoScale.byte(of: values, element: element, rule: context.encoding.rangeRule) {
            error(of: values, scale: $0, rounding)
        }
        scaleBytes[0] = byte
        guard byte != PowerOfTwoScale.notANumber else {
            return codes.update(repeating: 0, count: values.count)
        }
        let scale = PowerOfTwoScale.value(byte)
        if rounding == .halfToEven, let source = values.baseAddress {
            return nibble_mini_codes(source, values.count, scale, type.loopType, codes)
        }
        for (index, value) in values.enumerated() {
            codes[index] = UInt16(type.code(value / scale, rounding: rounding))
        }
    }

    /// Σ (weight − scale · number)².
    private func error(
        of values: UnsafeBufferPointer<Float>, scale: Float, _ rounding: RoundingMode
    ) -> Double {
        if rounding == .halfToEven, let source = values.baseAddress {
            return nibble_mini_error(source, values.count, scale, type.loopType)
        }
        return PowerOfTwoScale.error(of: values, scale: scale) {
            type.values[Int(type.code($0, rounding: rounding))]
        }
    }

    /// Half a unit in the last place, or the clip at the largest number; near zero half the smallest number.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        let end = Float(sign: .plus, exponent: type.largestExponent, significand: 1)
        let unit = Float(sign: .plus, exponent: -type.fractionBits, significand: 1)
        return value.magnitude * max(unit / 2, 1 - type.largest / (2 * end)) + type.smallest * largest / end
            / 2
    }
}
