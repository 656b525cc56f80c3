/// NVFP4: blocks of 16 E2M1 numbers with an E4M3 scale each, and one f32 scale for the tensor.
///
/// s = max|w| of the tensor ÷ (448 · 6); a block's scale is E4M3(max|w| ÷ 6 ÷ s held within 2^−6 … 448); number =
/// E2M1(w · (1 ÷ s ÷ block scale)) to nearest even, saturating; value = number · block scale · s (Numerics §3, the order of
/// operations of torchao). By the rule `subnormal` block scales below 2^−6 are kept as subnormal E4M3 and weights are divided by
/// block scale · s, which serves tensors with few large weights. NaN is zero. Rows hold dense codes, the first in the low half, then the scale bytes; the last
/// block of a row may be short.
public struct NVFP4Format: LevelCoded {
    static let blockSize = 16

    /// `nvfp4`.
    public var name: String { "nvfp4" }
    /// One line for a person who chooses.
    public var summary: String { "NVIDIA: blocks of 16 E2M1 numbers, E4M3 scales, a tensor scale" }
    /// Microscaling formats.
    public var family: FormatFamily { .microscaling }
    /// E2M1: a sign, two exponent bits and one fraction bit.
    public var codeBits: Int { 4 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// With and without subnormal block scales.
    public var rangeRules: [RangeRule] { [.minMax, .scale(.subnormal)] }
    /// Activations stay floating point, of 32 or 8 bits.
    public var activations: [String] { ["float", "fp8-token"] }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// Both scales are rounded.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }

    var levels: [Float] { MiniFloat.e2m1.values }

    func groupSize(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int { Self.blockSize }
    func scaleByteCount(_ encoding: StorageEncoding) -> Int { 1 }
    func tensorBits(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int { 32 }
    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, group: Int) -> Float {
        MiniFloat.e4m3.values[Int(bytes[0])] * context.parameters.scale
    }

    /// The tensor's scale; 0 where f32 can't invert it.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        let range = try source.range(rule: .minMax, cancellation: cancellation)
        var parameters = TensorParameters()
        let scale = max(-range.lower, range.upper) / (448 * 6)
        parameters.scale = scale.isNormal ? scale : 0
        return parameters
    }

    func encode(
        _ values: UnsafeBufferPointer<Float>, group: Int, _ context: RowContext,
        codes: UnsafeMutablePointer<UInt16>, scale scaleBytes: UnsafeMutableRawBufferPointer
    ) {
        let tensorScale = context.parameters.scale
        guard tensorScale > 0 else { return codes.update(repeating: 0, count: values.count) }
        let range = RangeSearch.extremes(values)
        let wanted = max(-range.lower, range.upper) / 6 / tensorScale
        let isSubnormal = context.encoding.rangeRule == .scale(.subnormal)
        let byte = MiniFloat.e4m3.code(min(max(wanted, isSubnormal ? 0 : 0x1p-6), 448))
        scaleBytes[0] = byte
        let blockScale = MiniFloat.e4m3.values[Int(byte)]
        guard blockScale > 0 else { return codes.update(repeating: 0, count: values.count) }
        let (factor, divisor) = (1 / tensorScale / blockScale, blockScale * tensorScale)
        let (type, rounding) = (MiniFloat.e2m1, context.encoding.rounding)
        for (index, value) in values.enumerated() {
            let number = isSubnormal ? value / divisor : value * factor
            codes[index] = UInt16(type.code(number, rounding: rounding))
        }
    }

    /// A quarter for the coarse end of E2M1, a sixteenth for the block's scale, and half the smallest number.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        value.magnitude * 0.3125 + 0.27 * largest / 6
    }
}
