import CNibbleKernels

/// GGUF Q4_1: blocks of 32 weights, 20 bytes: scale d and minimum m as f16, then 16 bytes; value = d · code + m.
///
/// d = (max − min) ÷ 15, m = min, code = ⌊(w − min) · (1 ÷ d) + ½⌋ with d before its rounding to f16, as ggml's reference quantizer
/// (Numerics §6). Byte j holds weight j in its low half and weight j + 16 in its high half.
public struct BlockQ4_1: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 32, bytes: 20, groupSize: 32, codeBits: 128, minimumBits: 16)
    static let kind = NIBBLE_Q4_1
    static let codeRange: ClosedRange<Int32> = 0...15
    static let storageOffset: Int32 = 0

    /// `q4_1`.
    public var name: String { "q4_1" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and minimum, 4-bit codes" }
    /// Sixteen steps from the block's minimum up, two in a byte.
    public var codeBits: Int { 4 }
    /// Each block has one.
    public var hasMinima: Bool { true }
    /// The range of a block need not.
    public var isSymmetric: Bool { false }
    /// Scale and minimum are rounded.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace { CodePlace(byte: 4 + index % 16, shift: index / 16 * 4, bits: 4) }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(0), block.half(2))
    }

    /// Half a step of the widest range, and the rounding of scale and minimum.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (0.51 * 2 / 15 + 0.002)
    }
}
