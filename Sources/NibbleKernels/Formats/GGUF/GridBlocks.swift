import CNibbleKernels

/// Formats of GGUF blocks that are read but not written: one- to three-bit weights that are points of a code book, with a scale for each
/// group; value = scale · number.
///
/// They need an importance matrix and minutes of search to write; llama.cpp's tools do. Codes are shown as the whole numbers that
/// they stand for. Layouts and code books: ggml-common.h, as described in Numerics §6.
public struct GridBlocks: IntegerCoded, NonuniformFormat {
    /// The name in plans, as ggml's in small letters.
    public let name: String
    /// One line for a person who chooses.
    public let summary: String
    /// The bits of a weight that are no scale, rounded up.
    public let codeBits: Int
    /// Whole numbers lie within ±2^bits.
    public let numberBits: Int
    let shape: BlockShape
    let kind: nibble_block_kind
    let content: CodeBookCard
    /// Where the parts of a block lie.
    let blockFields: BlockFields

    static let all: [GridBlocks] = [
        GridBlocks(
            "iq3_s", "code book of four, scales of 32", 4,
            BlockShape(weights: 256, bytes: 110, groupSize: 32, codeBits: 832),
            NIBBLE_IQ3_S, .iq3_s, .iq3_s),
        GridBlocks(
            "iq3_xxs", "code book of four, scales of 32", 6,
            BlockShape(weights: 256, bytes: 98, groupSize: 32, codeBits: 736), NIBBLE_IQ3_XXS, .iq3_xxs,
            .iq3_xxs),
        GridBlocks(
            "iq2_s", "code book of eight, scales of 16", 6,
            BlockShape(weights: 256, bytes: 82, groupSize: 16, codeBits: 576),
            NIBBLE_IQ2_S, .iq2_s, .iq2_s),
        GridBlocks(
            "iq2_xs", "code book of eight, scales of 16", 6,
            BlockShape(weights: 256, bytes: 74, groupSize: 16, codeBits: 512), NIBBLE_IQ2_XS, .iq2_xs, .iq2_xs
        ),
        GridBlocks(
            "iq2_xxs", "code book of eight, scales of 32", 6,
            BlockShape(weights: 256, bytes: 66, groupSize: 32, codeBits: 480), NIBBLE_IQ2_XXS, .iq2_xxs,
            .iq2_xxs),
        GridBlocks(
            "q2_0", "blocks of 64, codes −1 … 2", 1,
            BlockShape(weights: 64, bytes: 18, groupSize: 64, codeBits: 128),
            NIBBLE_Q2_0, .q2_0, .q2_0),
        GridBlocks(
            "iq1_m", "code book of eight, scales of 16", 4,
            BlockShape(weights: 256, bytes: 56, groupSize: 16, codeBits: 384), NIBBLE_IQ1_M, .iq1_m, .iq1_m),
        GridBlocks(
            "iq1_s", "code book of eight, scales of 32", 4,
            BlockShape(weights: 256, bytes: 50, groupSize: 32, codeBits: 360), NIBBLE_IQ1_S, .iq1_s, .iq1_s),
        GridBlocks(
            "q1_0", "blocks of 128, codes −1 and 1", 1,
            BlockShape(weights: 128, bytes: 18, groupSize: 128, codeBits: 128),
            NIBBLE_Q1_0, .q1_0, .q1_0),
    ]

    private init(
        _ name: String, _ description: String, _ numberBits: Int, _ shape: BlockShape,
        _ kind: nibble_block_kind, _ content: CodeBookCard, _ blockFields: BlockFields
    ) {
        self.name = name
        summary = "GGUF, read only: \(description)"
        codeBits = (shape.codeBits + shape.weights - 1) / shape.weights
        self.numberBits = numberBits
        self.shape = shape
        self.kind = kind
        self.content = content
        self.blockFields = blockFields
    }

    /// GGUF formats that are read only.
    public var family: FormatFamily { .readOnly }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Blocks of 32 first, near to what llama.cpp runs.
    public var activations: [String] { BlockSchemes.names(forBlocksOf: shape.weights) }
    /// Nothing writes them.
    public var canEncode: Bool { false }
    /// Every point has its opposite, but for formats with a shift.
    public var isSymmetric: Bool { kind != NIBBLE_Q2_0 }
    /// Nothing is encoded again.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }

    /// Whole blocks; padding columns count as padding.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return .blocks(shape, self.shape)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Leaves `bytes` as they are: ``canEncode`` is false.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {}

    /// value = scale · number.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// Numbers and scales, by the innermost loops.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = codes.baseAddress, let scale = scales.baseAddress, let minimum = minima.baseAddress
        else { return }
        InnerLoops.best.pointee.unpack_blocks(
            kind, source, bytes.count / shape.bytes, target, scale, minimum)
    }

    /// The whole numbers that the codes stand for.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        for start in stride(from: 0, to: codes.count, by: shape.weights) {
            unpackBlock(bytes, start) { numbers, _ in
                for column in start..<min(start + shape.weights, codes.count) {
                    codes[column] = Int32(numbers[column - start])
                }
            }
        }
    }

    /// The code and its group's scale.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        let scale = unpackBlock(bytes, column) { $1[column % shape.weights / shape.groupSize] }
        return (code, scale ?? 0, 0)
    }

    /// Calls `body` with the numbers and scales of the block that holds a column.
    @discardableResult
    private func unpackBlock<Result>(
        _ bytes: UnsafeRawBufferPointer, _ column: Int,
        _ body: (UnsafeMutablePointer<Int16>, UnsafeMutablePointer<Float>) -> Result
    ) -> Result? {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        return withUnsafeTemporaryAllocation(of: Int16.self, capacity: 256) { numbers in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 32) { scales in
                guard let number = numbers.baseAddress, let scale = scales.baseAddress else { return nil }
                let block = source + column / shape.weights * shape.bytes
                InnerLoops.best.pointee.unpack_blocks(kind, block, 1, number, scale, scale + 16)
                return body(number, scale)
            }
        }
    }

    /// Points of a code book are no grid.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? { nil }

    /// Leaves `bytes` as they are: a weight has no code of its own.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {}

    /// Nothing is encoded.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { .infinity }
}

/// The activation schemes of GGUF's blocks.
enum BlockSchemes {
    /// Blocks of 32 first; formats with blocks of 256 can be run as llama.cpp runs them, too.
    static func names(forBlocksOf weights: Int) -> [String] {
        ["int8-block32"] + (weights == 256 ? ["int8-block256"] : []) + ["float", "int8-token"]
    }
}
