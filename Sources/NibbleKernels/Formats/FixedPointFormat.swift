/// Fixed point Qm.n: words of W = m + n bits (m includes the sign), value = code · 2^−n, one n for the tensor.
///
/// n follows from the largest magnitude: n = W − 1 − ⌈log₂ max|w|⌉ clips nothing but a power of two's last step; the
/// error search also tries n + 1 and n + 2; `fractionBits` sets it by hand (NUMERICS §5.2). Rows hold dense codes, lowest
/// bits first, offset by 2^(W−1).
public struct FixedPointFormat: NumericFormat {
    /// Word width W in bits, 2…16.
    public let codeBits: Int

    static let all: [any NumericFormat] = (2...16).reversed().map { FixedPointFormat(codeBits: $0) }

    /// The binary points that can be set by hand.
    public static let fractionBitRange = -64...96

    /// `fixed8`.
    public var name: String { "fixed\(codeBits)" }
    /// One line for a person who chooses.
    public var summary: String { "Qm.n words of \(codeBits) bits, power-of-two scale" }
    /// Fixed-point formats.
    public var family: FormatFamily { .fixedPoint }
    /// One binary point for the tensor.
    public var granularities: [Granularity] { [.tensor] }
    /// Rules that choose the binary point, and the point by hand.
    public var rangeRules: [RangeRule] { [.minMax, .percentile(99.9), .meanSquaredError, .fractionBits(codeBits - 1)] }
    /// Fixed-point activations of the same width first.
    public var activations: [String] { ["fixed\(codeBits)", "float", "int8-token", "int8-block32"] + Self.activationNames(besides: codeBits) }

    private static func activationNames(besides bits: Int) -> [String] {
        [4, 8, 12, 16].filter { $0 != bits }.map { "fixed\($0)" }
    }

    private var lowestCode: Int32 { -(1 << (codeBits - 1)) }
    private var highestCode: Int32 { (1 << (codeBits - 1)) - 1 }

    /// Dense codes; the binary point is one byte for the tensor.
    public func layout(of shape: MatrixShape, encoding: LayerEncoding) throws(KernelError) -> PackedLayout {
        try checkGranularity(encoding)
        return PackedLayout(
            shape: shape, groupSize: max(shape.columns, 1),
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: codeBits), codeBits: shape.elementCount * codeBits,
            scaleBits: 0, zeroPointBits: 0, tensorBits: 8)
    }

    /// The binary point by the encoding's rule.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        if case .fractionBits(let bits) = encoding.rangeRule { return Self.parameters(fractionBits: bits) }
        let values = try source.representativeValues(for: encoding.rangeRule, cancellation: cancellation)
        let bits = values.withUnsafeBufferPointer { fractionBits(for: $0, encoding: encoding) }
        return Self.parameters(fractionBits: bits)
    }

    private static func parameters(fractionBits: Int) -> TensorParameters {
        var parameters = TensorParameters()
        parameters.fractionBits = min(max(fractionBits, fractionBitRange.lowerBound), fractionBitRange.upperBound)
        parameters.scale = Float(sign: .plus, exponent: -parameters.fractionBits, significand: 1)
        return parameters
    }

    private func fractionBits(for values: UnsafeBufferPointer<Float>, encoding: LayerEncoding) -> Int {
        let isSearch = encoding.rangeRule == .meanSquaredError
        let rule: RangeRule = isSearch ? .minMax : encoding.rangeRule
        let range = RangeSearch.range(values, rule: rule) { _ in 0 }
        let widest = Self.fractionBits(covering: max(-range.lower, range.upper), wordBits: codeBits)
        guard isSearch else { return widest }
        let errors = (widest...widest + 2).map { ($0, squaredError(of: values, fractionBits: $0, encoding.rounding)) }
        return errors.min { $0.1 < $1.1 }?.0 ?? widest
    }

    /// n = W − 1 − ⌈log₂ magnitude⌉; W − 1 for nothing but zeros.
    static func fractionBits(covering magnitude: Float, wordBits: Int) -> Int {
        guard magnitude > 0, magnitude.isFinite else { return wordBits - 1 }
        let isPowerOfTwo = magnitude.significand == 1
        return wordBits - 1 - (Int(magnitude.exponent) + (isPowerOfTwo ? 0 : 1))
    }

    private func squaredError(of values: UnsafeBufferPointer<Float>, fractionBits: Int, _ mode: RoundingMode) -> Double {
        let rounder = rounder(scale: Self.parameters(fractionBits: fractionBits).scale, mode)
        return values.reduce(into: 0.0) { sum, value in
            guard value.magnitude < .infinity else { return }
            let difference = Double(value) - Double(rounder.scale) * Double(rounder.code(value))
            sum += difference * difference
        }
    }

    private func rounder(scale: Float, _ mode: RoundingMode) -> CodeRounder {
        CodeRounder(scale: scale, zeroPoint: 0, lowest: lowestCode, highest: highestCode, mode: mode)
    }

    /// code = round(value · 2^n), held within the word.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let rounder = rounder(scale: context.parameters.scale, context.encoding.rounding)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { codes in
            for (column, value) in values.enumerated() { codes[column] = UInt16(rounder.code(value) - lowestCode) }
            BitPacking.pack(UnsafeBufferPointer(codes), bits: codeBits, into: start)
        }
    }

    /// value = code · 2^−n.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: values.count) { codes in
            self.codes(row: bytes, context: context, into: codes)
            for column in values.indices { values[column] = context.parameters.scale * Float(codes[column]) }
        }
    }

    /// Signed words.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: codes.count) { stored in
            BitPacking.unpack(start, bits: codeBits, into: stored)
            for column in codes.indices { codes[column] = Int32(stored[column]) + lowestCode }
        }
    }

    /// The one grid of the tensor.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        CodeGrid(scale: context.parameters.scale, zeroPoint: 0, lowestCode: lowestCode, highestCode: highestCode)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let held = min(max(code, lowestCode), highestCode)
        BitPacking.replace(at: column, by: UInt16(held - lowestCode), bits: codeBits, in: start)
    }
}

extension FixedPointFormat: IntegerCoded {
    /// Signed words as Int16, and 2^−n.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        codes.withMemoryRebound(to: UInt16.self) { BitPacking.unpack(start, bits: codeBits, into: $0) }
        let offset = Int16(truncatingIfNeeded: lowestCode)
        for column in codes.indices { codes[column] &+= offset }
        scales[0] = context.parameters.scale
    }
}
