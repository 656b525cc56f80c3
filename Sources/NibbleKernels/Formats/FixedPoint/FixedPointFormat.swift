/// Fixed point Qm.n: words of W = m + n bits (m includes the sign), value = code · 2^−n, one n for the tensor.
///
/// n follows from the largest magnitude: n = W − 1 − ⌈log₂ max|w|⌉ clips a positive power of two's last step; the
/// error search also tries n + 1 and n + 2; `fractionBits` sets it by hand (Numerics §5.2). n may be negative or beyond
/// W. Words saturate. Rows hold dense codes, lowest bits first, offset by 2^(W−1).
public struct FixedPointFormat: NumericFormat {
    /// Word width W in bits, 2…16.
    public let codeBits: Int

    static let all: [any NumericFormat] = (2...16).reversed().map { FixedPointFormat(codeBits: $0) }

    /// The binary points that can be set by hand.
    public static let fractionBitRange = -64...96
    /// The binary points that a range rule may choose for words of W bits: 2^−n is a normal f32 and the lowest
    /// value −2^(W−1−n) is finite.
    static func automaticFractionBits(wordBits: Int) -> ClosedRange<Int> { wordBits - 128...126 }

    /// `fixed8`.
    public var name: String { "fixed\(codeBits)" }
    /// One line for a person who chooses.
    public var summary: String { "Qm.n words of \(codeBits) bits, power-of-two scale" }
    /// Fixed-point formats.
    public var family: FormatFamily { .fixedPoint }
    /// One binary point for the tensor.
    public var granularities: [Granularity] { [.tensor] }
    /// Rules that choose the binary point, and the point by hand.
    public var rangeRules: [RangeRule] {
        [.minMax, .percentile(99.9), .meanSquaredError, .fractionBits(codeBits - 1)]
    }
    /// Fixed-point activations of the same width first, up to 12 bits.
    ///
    /// Products of wider words overflow a register of 32 bits within a few terms, so those start with float ones.
    public var activations: [String] {
        let own = "fixed\(codeBits)"
        return (codeBits > 12 ? ["float", own] : [own, "float"]) + ["int8-token", "int8-block32"]
            + [4, 8, 12, 16].filter { $0 != codeBits }.map { "fixed\($0)" }
    }

    private var lowestCode: Int32 { -(1 << (codeBits - 1)) }
    private var highestCode: Int32 { (1 << (codeBits - 1)) - 1 }

    /// Dense codes; the binary point is one byte for the tensor.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return PackedLayout(
            shape: shape, groupSize: max(shape.columns, 1),
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: codeBits),
            codeBits: shape.elementCount * codeBits, scaleBits: 0, zeroPointBits: 0, tensorBits: 8)
    }

    /// The binary point by the encoding's rule.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        if case .fractionBits(let bits) = encoding.rangeRule { return Self.parameters(fractionBits: bits) }
        let range = try source.range(rule: encoding.rangeRule, cancellation: cancellation)
        let widest = Self.fractionBits(covering: max(-range.lower, range.upper), wordBits: codeBits)
        guard encoding.rangeRule == .meanSquaredError else { return Self.parameters(fractionBits: widest) }
        let values = try source.representativeValues(cancellation)
        return Self.parameters(fractionBits: leastErrorFractionBits(values, from: widest, encoding))
    }

    private static func parameters(fractionBits: Int) -> TensorParameters {
        var parameters = TensorParameters()
        parameters.fractionBits = fractionBits
        parameters.scale = step(fractionBits: fractionBits)
        return parameters
    }

    private func leastErrorFractionBits(
        _ values: [Float], from widest: Int, _ encoding: StorageEncoding
    ) -> Int {
        let candidates = (widest...widest + 2).filter(
            Self.automaticFractionBits(wordBits: codeBits).contains)
        let errors = candidates.map { bits in
            values.withUnsafeBufferPointer {
                grid(scale: Self.step(fractionBits: bits)).squaredError(of: $0, rounding: encoding.rounding)
            }
        }
        return zip(candidates, errors).min { $0.1 < $1.1 }?.0 ?? widest
    }

    /// n = W − 1 − ⌈log₂ magnitude⌉, held within what f32 can scale; W − 1 for nothing but zeros.
    static func fractionBits(covering magnitude: Float, wordBits: Int) -> Int {
        guard magnitude > 0, magnitude.isFinite else { return wordBits - 1 }
        let isPowerOfTwo = magnitude.significand == 1
        let bits = wordBits - 1 - (Int(magnitude.exponent) + (isPowerOfTwo ? 0 : 1))
        let range = automaticFractionBits(wordBits: wordBits)
        return min(max(bits, range.lowerBound), range.upperBound)
    }

    /// 2^−n, a normal f32.
    static func step(fractionBits: Int) -> Float {
        Float(sign: .plus, exponent: -fractionBits, significand: 1)
    }

    private func grid(scale: Float) -> CodeGrid {
        CodeGrid(scale: scale, zeroPoint: 0, lowestCode: lowestCode, highestCode: highestCode)
    }

    /// code = round(value · 2^n), held within the word.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(values.count, 1)) { codes in
            guard let first = codes.baseAddress else { return }
            grid(scale: context.parameters.scale).encode(
                values, rounding: context.encoding.rounding, offset: -lowestCode, into: first)
            BitPacking.pack(
                UnsafeBufferPointer(rebasing: codes[..<values.count]), bits: codeBits, into: start)
        }
    }

    /// value = code · 2^−n.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// Signed words.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        BitPacking.unpack(bytes, bits: codeBits, offset: -lowestCode, into: codes)
    }

    /// The one grid of the tensor.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        grid(scale: context.parameters.scale)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let held = min(max(code, lowestCode), highestCode)
        BitPacking.replace(at: column, by: UInt16(held - lowestCode), bits: codeBits, in: start)
    }

    /// Half a step; a weight beyond the highest word loses what it lies beyond, up to a step of a power of two.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        return max(grid.scale / 2, min(grid.excess(of: value), grid.scale))
    }

    /// A power of two that was clipped is the highest word afterwards, which may get another binary point.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
}

extension FixedPointFormat: IntegerCoded {
    /// Signed words as Int16, and 2^−n.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        let all = UnsafeMutableBufferPointer(rebasing: codes[..<context.layout.shape.columns])
        BitPacking.unpack(bytes, bits: codeBits, offset: -lowestCode, into: all)
        scales[0] = context.parameters.scale
    }
}
