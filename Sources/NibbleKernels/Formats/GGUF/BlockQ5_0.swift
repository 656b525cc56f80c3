import CNibbleKernels

/// GGUF Q5_0: blocks of 32 weights, 22 bytes: the scale d as f16, fifth bits, 16 bytes; value = d · (code − 16).
///
/// d = m ÷ −16 with m the weight of largest magnitude (the first on ties); code = min(31, ⌊w · (1 ÷ d) + 16.5⌋) with d before its
/// rounding to f16, as ggml's reference quantizer (Numerics §6). Byte j holds the low bits of weight j in its low half and of
/// weight j + 16 in its high half; bit j of the four bytes before is the fifth of weight j.
public struct BlockQ5_0: BlockCoded {
    static let shape = BlockShape(weights: 32, bytes: 22, groupSize: 32, codeBits: 160)
    static let kind = NIBBLE_Q5_0
    static let codeRange: ClosedRange<Int32> = -16...15
    static let storageOffset: Int32 = 16

    /// `q5_0`.
    public var name: String { "q5_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 5-bit codes" }
    /// Four bits in the half of a byte; the fifth bits of a block lie together.
    public var codeBits: Int { 5 }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(
            byte: 6 + index % 16, shift: index / 16 * 4, bits: 4, highByte: 2 + index / 8,
            highShift: index % 8, highBits: 1)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(0), 0)
    }

    /// A step: the upper end clips.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { largest * 1.01 / 16 }
}
