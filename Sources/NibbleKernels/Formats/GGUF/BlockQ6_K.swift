import CNibbleKernels

/// GGUF Q6_K: blocks of 256 weights, 210 bytes: 16 groups of 16 with eight-bit scales of an f16 factor; value = (d · s) · code.
///
/// Scales are searched as ggml's reference does without an importance matrix, and codes are chosen again with the factors as
/// stored (Numerics §6). Codes are −32 … 31; of weight 128h + 32q + l the low four bits lie in byte 64h + 32 (q mod 2) + l, in the
/// high half for q ≥ 2, the other two at 2q of byte 128 + 32h + l.
public struct BlockQ6_K: BlockCoded {
    static let shape = BlockShape(weights: 256, bytes: 210, groupSize: 16, codeBits: 1536)
    static let kind = NIBBLE_Q6_K
    static let codeRange: ClosedRange<Int32> = -32...31
    static let storageOffset: Int32 = 32

    /// `q6_k`.
    public var name: String { "q6_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, eight-bit scales of 16, 6-bit codes" }
    /// Four low bits and two high ones, which lie apart.
    public var codeBits: Int { 6 }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        let (half, quarter, rest) = (index / 128, index / 32 % 4, index % 32)
        return CodePlace(
            byte: 64 * half + 32 * (quarter % 2) + rest, shift: quarter / 2 * 4, bits: 4,
            highByte: 128 + 32 * half + rest, highShift: 2 * quarter, highBits: 2)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(208) * Float(Int8(bitPattern: block[192 + group])), 0)
    }

    /// A step and a half, and half a step of the eight-bit scale.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (1.5 / 32 + 1 / 254)
    }
}
