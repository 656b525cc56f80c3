/// BitNet b1.58: codes −1, 0, 1 in two bits and the mean magnitude as scale; value = γ · code.
///
/// γ = mean|w| of the tensor (or of each channel), code = w ÷ (γ + 10⁻⁵) to nearest even within ±1 (Ma and others 2024, arXiv
/// 2402.17764; Numerics §10). γ is summed in f64, NaN and infinities as zeros, and stored as f32. Rows hold dense codes plus one,
/// lowest bits first, then the scale of a channel.
public struct TernaryFormat: IntegerCoded {
    /// `ternary`.
    public var name: String { "ternary" }
    /// One line for a person who chooses.
    public var summary: String { "BitNet b1.58: −1, 0, 1 times the mean magnitude" }
    /// Ternary formats.
    public var family: FormatFamily { .ternary }
    /// Two bits hold the three codes; the fourth is never written.
    public var codeBits: Int { 2 }
    /// The tensor's mean as published, and finer.
    public var granularities: [Granularity] { [.fixed, .channel] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// The paper's scheme first.
    public var activations: [String] { ["int8-token", "float", "int8-block32"] }

    private func isChannel(_ encoding: StorageEncoding) -> Bool { encoding.granularity == .channel }

    /// Two bits for each weight, and the scales.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        let scaleBytes = isChannel(encoding) && shape.columns > 0 ? 4 : 0
        return PackedLayout(
            shape: shape, groupSize: max(shape.columns, 1),
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: 2) + scaleBytes,
            codeBits: shape.elementCount * 2, scaleBits: shape.rows * scaleBytes * 8, zeroPointBits: 0,
            tensorBits: isChannel(encoding) ? 0 : 32)
    }

    /// The tensor's mean magnitude; nothing for channels.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard !isChannel(encoding) else { return parameters }
        var sum = 0.0
        try source.forEachRow(cancellation) { sum += Self.magnitudes($0) }
        parameters.scale = Float(sum / Double(max(source.shape.elementCount, 1)))
        return parameters
    }

    private static func magnitudes(_ values: UnsafeBufferPointer<Float>) -> Double {
        var sum = 0.0
        for value in values where value.isFinite { sum += Double(value.magnitude) }
        return sum
    }

    /// Rounds w ÷ (γ + 10⁻⁵).
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), !values.isEmpty else {
            return
        }
        var scale = context.parameters.scale
        if isChannel(context.encoding) {
            scale = Float(Self.magnitudes(values) / Double(values.count))
            let offset = BitPacking.byteCount(values.count, bits: 2)
            bytes.storeBytes(of: scale.bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
        let rounding = CodeGrid(scale: scale + 1e-5, zeroPoint: 0, lowestCode: -1, highestCode: 1)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { codes in
            guard let first = codes.baseAddress else { return }
            rounding.encode(values, rounding: .halfToEven, offset: 1, into: first)
            BitPacking.pack(UnsafeBufferPointer(codes), bits: 2, into: start)
        }
    }

    /// value = γ · code.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// −1, 0 or 1.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        BitPacking.unpack(bytes, bits: 2, offset: 1, into: codes)
    }

    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext) -> Float {
        guard isChannel(context.encoding), context.layout.shape.columns > 0 else {
            return context.parameters.scale
        }
        return bytes.loadSingle(fromByteOffset: BitPacking.byteCount(context.layout.shape.columns, bits: 2))
    }

    /// The grid of the row.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        CodeGrid(scale: scale(bytes, context), zeroPoint: 0, lowestCode: -1, highestCode: 1)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        BitPacking.replace(at: column, by: UInt16(min(max(code, -1), 1) + 1), bits: 2, in: start)
    }

    /// Half a step and half of what keeps the divisor from zero; the mean magnitude clips all that is larger.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        return max(grid.scale / 2 + 1e-5, grid.excess(of: value))
    }

    /// The mean magnitude of the decoded values is another.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }

    /// The codes as Int16, and γ.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        let all = UnsafeMutableBufferPointer(rebasing: codes[..<context.layout.shape.columns])
        BitPacking.unpack(bytes, bits: 2, offset: 1, into: all)
        scales[0] = scale(bytes, context)
    }
}
