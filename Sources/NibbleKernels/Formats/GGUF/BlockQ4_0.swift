import CNibbleKernels

/// GGUF Q4_0: blocks of 32 weights, 18 bytes: the scale d as f16, then 16 bytes; value = d · (code − 8).
///
/// Byte j holds weight j in its low half and weight j + 16 in its high half. d = m ÷ −8 with m the weight of
/// largest magnitude (the first on ties); code = min(15, ⌊w · (1 ÷ d) + 8.5⌋) with d before its rounding to f16, as
/// ggml's reference quantizer does (Numerics §6). A row's last block is filled with zeros. Beyond f16's
/// range, where ggml would store an infinite d, d stays ±65504 and weights clip.
public struct BlockQ4_0: NumericFormat {
    static let blockSize = 32
    static let blockBytes = 18

    /// `q4_0`.
    public var name: String { "q4_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 4-bit codes" }
    /// GGUF formats.
    public var family: FormatFamily { .gguf }
    /// Sixteen steps around zero, two in a byte.
    public var codeBits: Int { 4 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Finite weights of the block stand for them.
    public var nonFinite: NonFinitePolicy { .blockEnds }
    /// What llama.cpp runs first.
    public var activations: [String] { ["int8-block32", "float", "int8-token"] }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    /// Whole blocks; padding columns count as padding.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return .blocks(shape, size: Self.blockSize, bytes: Self.blockBytes, codeBits: codeBits, scaleBits: 16)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Encodes block after block.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        BlockEncoder.encode(row: values, NIBBLE_Q4_0, context, into: bytes)
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

    /// Half a step, and what rounding the scale to f16 moves eight of them; a weight of the other sign than
    /// the largest ends one step earlier.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        let step = grid.scale.magnitude
        return max(0.505 * step, min(grid.excess(of: value), 1.005 * step))
    }

    /// A block's largest weight decides its scale, and decodes to −8 times it.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }
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
