import CNibbleKernels

/// A format of GGUF whose rows are whole blocks of 32 or 256 weights; the last block of a row is filled with zeros.
///
/// value = scale · number + minimum of the weight's group. Before a block is encoded NaN becomes zero, and ±infinity and what f16
/// scales can't reach the largest or smallest finite weight of the block. Bytes are those of ggml's quantizers, with or without
/// importance (Numerics §6).
protocol BlockCoded: IntegerCoded, FieldedBlocks {
    /// Sizes of a block.
    static var shape: BlockShape { get }
    /// What the innermost loops call the format.
    static var kind: nibble_block_kind { get }
    /// The codes as they are shown.
    static var codeRange: ClosedRange<Int32> { get }
    /// What is added to a shown code to store it.
    static var storageOffset: Int32 { get }

    /// Where the code of a weight of a block lies.
    func place(of index: Int) -> CodePlace
    /// The scale and minimum of a group, from a block's bytes.
    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float)

    /// The shown code of a weight of a block.
    func code(at index: Int, in block: UnsafePointer<UInt8>) -> Int32
    /// Replaces the shown code of a weight of a block.
    func replace(at index: Int, by code: Int32, in block: UnsafeMutablePointer<UInt8>)
}

/// Sizes of the blocks of a format.
struct BlockShape: Sendable {
    /// Weights of a block.
    let weights: Int
    /// Bytes of a block.
    let bytes: Int
    /// Weights that share a scale.
    let groupSize: Int
    /// Bits of a block that are codes.
    let codeBits: Int
    /// Bits of a block that are minima or their scale.
    var minimumBits = 0
}

extension PackedLayout {
    /// The layout of rows of whole blocks.
    static func blocks(_ shape: MatrixShape, _ block: BlockShape) -> PackedLayout {
        let blocks = (shape.columns + block.weights - 1) / block.weights
        return PackedLayout(
            shape: shape, groupSize: block.groupSize, bytesPerRow: blocks * block.bytes,
            codeBits: shape.elementCount * block.codeBits / block.weights,
            scaleBits: shape.rows * blocks * (block.bytes * 8 - block.codeBits - block.minimumBits),
            zeroPointBits: shape.rows * blocks * block.minimumBits,
            paddingColumns: blocks * block.weights - shape.columns)
    }
}

/// The bits of a code: some low ones, and some high ones elsewhere.
struct CodePlace {
    let byte: Int
    let shift: Int
    let bits: Int
    var highByte = 0
    var highShift = 0
    var highBits = 0
}

extension BlockCoded {
    /// A block's largest weight decides its scale, and decodes to itself.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }

    /// GGUF formats.
    public var family: FormatFamily { .gguf }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Finite weights of the block stand for them.
    public var nonFinite: NonFinitePolicy { .blockEnds }
    /// Blocks of 32 first, near to what llama.cpp runs.
    public var activations: [String] { BlockSchemes.names(forBlocksOf: Self.shape.weights) }

    /// Whole blocks; padding columns count as padding.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return .blocks(shape, Self.shape)
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
        BlockEncoder.encode(row: values, Self.kind, context, into: bytes)
    }

    /// value = scale · number + minimum.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// Numbers, scales and minima, by the innermost loops.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = codes.baseAddress, let scale = scales.baseAddress, let minimum = minima.baseAddress
        else { return }
        let blocks = context.layout.bytesPerRow / Self.shape.bytes
        InnerLoops.best.pointee.unpack_blocks(Self.kind, source, blocks, target, scale, minimum)
    }

    /// The codes, less what is added to store them.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let shape = Self.shape
        for column in codes.indices {
            codes[column] = code(
                at: column % shape.weights, in: source + column / shape.weights * shape.bytes)
        }
    }

    func code(at index: Int, in block: UnsafePointer<UInt8>) -> Int32 {
        let place = place(of: index)
        let low = Int32(block[place.byte]) >> Int32(place.shift) & ((1 << Int32(place.bits)) - 1)
        let high = Int32(block[place.highByte]) >> Int32(place.highShift) & ((1 << Int32(place.highBits)) - 1)
        return (low | high << Int32(place.bits)) - Self.storageOffset
    }

    func replace(at index: Int, by code: Int32, in block: UnsafeMutablePointer<UInt8>) {
        let place = place(of: index)
        let stored = UInt8(code + Self.storageOffset)
        put(stored, place.bits, at: place.byte, place.shift, in: block)
        put(stored >> UInt8(place.bits), place.highBits, at: place.highByte, place.highShift, in: block)
    }

    private func put(
        _ value: UInt8, _ bits: Int, at byte: Int, _ shift: Int, in block: UnsafeMutablePointer<UInt8>
    ) {
        let mask = UInt8((1 << bits) - 1) << UInt8(shift)
        block[byte] = block[byte] & ~mask | value << UInt8(shift) & mask
    }

    /// The grid of the column's group, unless it has a minimum.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        guard !hasMinima, !(self is any NonuniformFormat) else { return nil }
        return CodeGrid(
            scale: factors(bytes, column).scale, zeroPoint: 0, lowestCode: Self.codeRange.lowerBound,
            highestCode: Self.codeRange.upperBound)
    }

    /// The factors of the group that holds a column.
    func factors(_ bytes: UnsafeRawBufferPointer, _ column: Int) -> (scale: Float, minimum: Float) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return (0, 0) }
        let shape = Self.shape
        return factors(
            of: column % shape.weights / shape.groupSize, in: source + column / shape.weights * shape.bytes)
    }

    /// The code and the factors of its group.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        let factors = factors(bytes, column)
        return (code, factors.scale, factors.minimum)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let shape = Self.shape
        let held = min(max(code, Self.codeRange.lowerBound), Self.codeRange.upperBound)
        replace(at: column % shape.weights, by: held, in: start + column / shape.weights * shape.bytes)
    }
}

/// The encoders of the innermost loops.
enum BlockEncoder {
    /// Encodes a row into blocks of one kind, by the context's importance where the format uses it.
    static func encode(
        row values: UnsafeBufferPointer<Float>, _ kind: nibble_block_kind, _ context: RowContext,
        into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let source = values.baseAddress,
            let target = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        guard let importance = context.importance else {
            return nibble_encode_row(kind, source, values.count, nil, target)
        }
        importance.withUnsafeBufferPointer {
            nibble_encode_row(kind, source, values.count, $0.baseAddress, target)
        }
    }
}

extension UnsafePointer<UInt8> {
    /// The little-endian f16 at a byte.
    func half(_ offset: Int) -> Float {
        Float(Float16(bitPattern: UInt16(self[offset]) | UInt16(self[offset + 1]) << 8))
    }
}
