import CNibbleKernels

/// GGUF Q3_K: blocks of 256 weights, 110 bytes: 16 groups of 16 with six-bit scales of an f16 factor; value = (d · s) · code.
///
/// Scales are searched as ggml's reference does without an importance matrix, and codes are chosen again with the factors as
/// stored (Numerics §6). Codes are −4 … 3, scales −32 … 31: their low four bits lie in the halves of bytes 96 + j mod 8, the high
/// two at 2 (j div 4) of byte 104 + j mod 4.
public struct BlockQ3_K: BlockCoded {
    static let shape = BlockShape(weights: 256, bytes: 110, groupSize: 16, codeBits: 768)
    static let kind = NIBBLE_Q3_K
    static let codeRange: ClosedRange<Int32> = -4...3
    static let storageOffset: Int32 = 4

    /// `q3_k`.
    public var name: String { "q3_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, six-bit scales of 16, 3-bit codes" }
    /// Two low bits; the third bits of a block lie together.
    public var codeBits: Int { 3 }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(
            byte: 32 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, bits: 2,
            highByte: index % 32, highShift: index / 32, highBits: 1)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let low = block[96 + group % 8] >> UInt8(group / 8 * 4) & 15
        let high = block[104 + group % 4] >> UInt8(group / 4 * 2) & 3
        return (block.half(108) * Float(Int32(low | high << 4) - 32), 0)
    }

    /// A step and a half, and half a step of the six-bit scale.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (1.5 / 4 + 1 / 62)
    }
}
