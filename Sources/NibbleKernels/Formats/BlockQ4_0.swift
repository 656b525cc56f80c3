/// GGUF Q4_0: blocks of 32 weights, 18 bytes: the scale d as f16, then 16 bytes; value = d · (code − 8).
///
/// Byte j holds weight j in its low half and weight j + 16 in its high half. d = m ÷ −8 with m the weight of largest
/// magnitude (the first on ties); code = min(15, ⌊w ÷ d + 8.5⌋) with d before its rounding to f16, as ggml's reference
/// quantizer does (NUMERICS §6). A row's last block is filled with zeros. Beyond f16's range, where ggml would store an
/// infinite d, d stays ±65504 and weights clip.
public struct BlockQ4_0: NumericFormat {
    static let blockSize = 32
    static let blockBytes = 18

    /// `q4_0`.
    public var name: String { "q4_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 4-bit codes" }
    /// GGUF formats.
    public var family: FormatFamily { .gguf }
    /// 4.
    public var codeBits: Int { 4 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// What llama.cpp runs first.
    public var activations: [String] { ["int8-block32", "float", "int8-token"] }

    /// Whole blocks; padding columns count as padding.
    public func layout(of shape: MatrixShape, encoding: LayerEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return .blocks(shape, size: Self.blockSize, bytes: Self.blockBytes, codeBits: codeBits, scaleBits: 16)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Encodes block after block.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        for block in 0..<context.layout.groupsPerRow {
            let columns = context.layout.columns(ofGroup: block)
            let start = block * Self.blockBytes
            var largest: Float = 0
            for column in columns where values[column].magnitude < .infinity {
                if values[column].magnitude > largest.magnitude { largest = values[column] }
            }
            let scale = min(max(largest / -8, -65504), 65504)
            let inverse = scale == 0 ? 0 : 1 / scale
            bytes.storeHalf(scale, toByteOffset: start)
            for half in 0..<16 {
                let low = code(columns.lowerBound + half, values, columns, inverse)
                let high = code(columns.lowerBound + half + 16, values, columns, inverse)
                bytes[start + 2 + half] = low | high << 4
            }
        }
    }

    /// The code of a column, or of a zero beyond the row's end.
    private func code(
        _ column: Int, _ values: UnsafeBufferPointer<Float>, _ columns: Range<Int>, _ inverse: Float
    ) -> UInt8 {
        guard columns.contains(column) else { return 8 }
        let steps = values[column] * inverse + 8.5
        return steps.isNaN ? 8 : UInt8(min(max(steps, 0), 15))
    }

    /// value = d · (code − 8).
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// The steps from zero, −8…7.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        for column in codes.indices { codes[column] = Int32(code(bytes, column)) }
    }

    @inline(__always)
    private func code(_ bytes: UnsafeRawBufferPointer, _ column: Int) -> Int16 {
        let (offset, shift) = Self.place(of: column)
        return Int16(bytes[offset] >> shift & 15) - 8
    }

    private static func place(of column: Int) -> (offset: Int, shift: UInt8) {
        let inBlock = column % blockSize
        return (column / blockSize * blockBytes + 2 + inBlock % 16, inBlock < 16 ? 0 : 4)
    }

    /// The grid of the column's block; a negative scale turns it around.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        let scale = bytes.loadHalf(fromByteOffset: column / Self.blockSize * Self.blockBytes)
        return CodeGrid(scale: scale, zeroPoint: 0, lowestCode: -8, highestCode: 7)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        let (offset, shift) = Self.place(of: column)
        let stored = UInt8(min(max(code, -8), 7) + 8)
        bytes[offset] = bytes[offset] & ~(15 << shift) | stored << shift
    }
}

extension BlockQ4_0: IntegerCoded {
    /// The steps from zero as Int16, and d of each block.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = codes.baseAddress, let scale = scales.baseAddress
        else { return }
        InnerLoops.best.pointee.unpack_q4_0(source, context.layout.groupsPerRow, target, scale)
    }
}
