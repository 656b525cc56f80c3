import CNibbleKernels

/// GGUF Q8_0: blocks of 32 weights, 34 bytes: the scale d as f16, then 32 signed bytes; value = d · code.
///
/// d = max|w| ÷ 127; the codes are round(w · (1 ÷ d)), ties away from zero, with d before its rounding to f16, as ggml's
/// reference quantizer does (Numerics §6). A row's last block is filled with zeros. Beyond f16's range, where ggml would
/// store an infinite d, d stays 65504 and weights clip.
public struct BlockQ8_0: NumericFormat {
    static let blockSize = 32
    static let blockBytes = 34

    /// `q8_0`.
    public var name: String { "q8_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 8-bit codes" }
    /// GGUF formats.
    public var family: FormatFamily { .gguf }
    /// Whole signed bytes, which processors multiply as they are.
    public var codeBits: Int { 8 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Finite weights of the block stand for them.
    public var nonFinite: NonFinitePolicy { .blockEnds }
    /// What llama.cpp runs first.
    public var activations: [String] { ["int8-block32", "float", "int8-token"] }

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
        BlockEncoder.encode(row: values, NIBBLE_Q8_0, context, into: bytes)
    }

    /// value = d · code.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// The signed bytes.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        for column in codes.indices { codes[column] = Int32(code(bytes, column)) }
    }

    private func code(_ bytes: UnsafeRawBufferPointer, _ column: Int) -> Int8 {
        Int8(bitPattern: bytes[column / Self.blockSize * Self.blockBytes + 2 + column % Self.blockSize])
    }

    /// The grid of the column's block; −128 is never written, but may be read.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        let scale = bytes.loadHalf(fromByteOffset: column / Self.blockSize * Self.blockBytes)
        return CodeGrid(scale: scale, zeroPoint: 0, lowestCode: -127, highestCode: 127)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        let offset = column / Self.blockSize * Self.blockBytes + 2 + column % Self.blockSize
        bytes.storeBytes(of: Int8(clamping: code), toByteOffset: offset, as: Int8.self)
    }

    /// Half a step, and what rounding the scale to f16 moves 127 steps: 127 · 2⁻¹¹ of one.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        return 0.5625 * grid.scale
    }

    /// A block's largest weight decides its scale, and decodes to 127 times it.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }
}

extension BlockQ8_0: IntegerCoded {
    /// The signed bytes as Int16, and d of each block.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = codes.baseAddress, let scale = scales.baseAddress
        else { return }
        InnerLoops.best.pointee.unpack_q8_0(source, context.layout.groupsPerRow, target, scale)
    }
}

extension PackedLayout {
    /// The layout of a format of whole blocks along each row.
    static func blocks(
        _ shape: MatrixShape, size: Int, bytes: Int, codeBits: Int, scaleBits: Int
    ) -> PackedLayout {
        let blocks = (shape.columns + size - 1) / size
        return PackedLayout(
            shape: shape, groupSize: size, bytesPerRow: blocks * bytes,
            codeBits: shape.elementCount * codeBits,
            scaleBits: shape.rows * blocks * scaleBits, zeroPointBits: 0,
            paddingColumns: blocks * size - shape.columns)
    }
}
