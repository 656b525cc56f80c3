import CNibbleKernels

/// GGUF Q5_1: blocks of 32 weights, 24 bytes: scale d and minimum m as f16, fifth bits, 16 bytes; value = d · code + m.
///
/// d = (max − min) ÷ 31, m = min, code = ⌊(w − min) · (1 ÷ d) + ½⌋ with d before its rounding to f16, as ggml's reference quantizer
/// (Numerics §6). Byte j holds the low bits of weight j in its low half and of weight j + 16 in its high half; bit j of the four bytes before
/// is the fifth of weight j.
public struct BlockQ5_1: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 32, bytes: 24, groupSize: 32, codeBits: 160, minimumBits: 16)
    static let kind = NIBBLE_Q5_1
    static let codeRange: ClosedRange<Int32> = 0...31
    static let storageOffset: Int32 = 0

    /// `q5_1`.
    public var name: String { "q5_1" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and minimum, 5-bit codes" }
    /// Four bits in the half of a byte; the fifth bits of a block lie together.
    public var codeBits: Int { 5 }
    /// Each block has one.
    public var hasMinima: Bool { true }
    /// The range of a block need not.
    public var isSymmetric: Bool { false }
    /// Scale and minimum are rounded.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(
            byte: 8 + index % 16, shift: index / 16 * 4, bits: 4, highByte: 4 + index / 8,
            highShift: index % 8, highBits: 1)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(0), block.half(2))
    }

    /// Half a step of the widest range, and the rounding of scale and minimum.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (0.51 * 2 / 31 + 0.002)
    }
}
