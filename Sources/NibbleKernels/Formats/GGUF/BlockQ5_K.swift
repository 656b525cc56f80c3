import CNibbleKernels

/// GGUF Q5_K: blocks of 256 weights, 176 bytes: 8 groups of 32 with six-bit scales and minima of two f16 factors; value =
/// (d · s) · code − dmin · m.
///
/// Scales and minima are searched as ggml's reference does without an importance matrix, and codes are chosen again with the
/// factors as stored (Numerics §6). The low four bits lie as in Q4_K; the fifth bit of weight 32j + l is bit j of byte l of the
/// 32 bytes before.
public struct BlockQ5_K: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 256, bytes: 176, groupSize: 32, codeBits: 1280, minimumBits: 64)
    static let kind = NIBBLE_Q5_K
    static let codeRange: ClosedRange<Int32> = 0...31
    static let storageOffset: Int32 = 0

    /// `q5_k`.
    public var name: String { "q5_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, six-bit scales and minima of 32, 5-bit codes" }
    /// Four bits in the half of a byte; the fifth bits of a block lie together.
    public var codeBits: Int { 5 }
    /// Each group has one.
    public var hasMinima: Bool { true }
    /// The range of a group need not.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(
            byte: 48 + index / 64 * 32 + index % 32, shift: index / 32 % 2 * 4, bits: 4,
            highByte: 16 + index % 32, highShift: index / 32, highBits: 1)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        SixBitScales.factors(group, block)
    }

    /// A step and a half of a range of twice the largest weight, and half a step of the six-bit scale and minimum.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (1.5 * 2 / 31 + 3 / 126)
    }
}
