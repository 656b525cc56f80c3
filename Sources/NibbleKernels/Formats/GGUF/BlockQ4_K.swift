import CNibbleKernels

/// GGUF Q4_K: blocks of 256 weights, 144 bytes: 8 groups of 32 with six-bit scales and minima of two f16 factors; value =
/// (d · s) · code − dmin · m.
///
/// Scales and minima are searched as ggml's reference does without an importance matrix, and codes are chosen again with the
/// factors as stored (Numerics §6). Byte l of pair p holds weight 64p + l in its low half and 64p + 32 + l in its high half.
public struct BlockQ4_K: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 256, bytes: 144, groupSize: 32, codeBits: 1024, minimumBits: 64)
    static let kind = NIBBLE_Q4_K
    static let codeRange: ClosedRange<Int32> = 0...15
    static let storageOffset: Int32 = 0

    /// `q4_k`.
    public var name: String { "q4_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, six-bit scales and minima of 32, 4-bit codes" }
    /// Sixteen steps from a group's minimum up, two in a byte.
    public var codeBits: Int { 4 }
    /// Each group has one.
    public var hasMinima: Bool { true }
    /// The range of a group need not.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: 16 + index / 64 * 32 + index % 32, shift: index / 32 % 2 * 4, bits: 4)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        SixBitScales.factors(group, block)
    }

    /// A step and a half of a range of twice the largest weight, and half a step of the six-bit scale and minimum.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (1.5 * 2 / 15 + 3 / 126)
    }
}
