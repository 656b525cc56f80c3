import CNibbleKernels

/// GGUF Q2_K: blocks of 256 weights, 84 bytes: 16 groups of 16 with four-bit scales and minima of two f16 factors; value =
/// (d · s) · code − dmin · m.
///
/// Scales and minima are searched as ggml's reference does without an importance matrix, and codes are chosen again with the
/// factors as stored (Numerics §6). Byte 32h + l of the codes holds weights 128h + l + 0, 32, 64, 96, lowest bits first.
public struct BlockQ2_K: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 256, bytes: 84, groupSize: 16, codeBits: 512, minimumBits: 80)
    static let kind = NIBBLE_Q2_K
    static let codeRange: ClosedRange<Int32> = 0...3
    static let storageOffset: Int32 = 0

    /// `q2_k`.
    public var name: String { "q2_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, four-bit scales and minima of 16, 2-bit codes" }
    /// Four steps from a group's minimum up, four in a byte.
    public var codeBits: Int { 2 }
    /// Each group has one.
    public var hasMinima: Bool { true }
    /// The range of a group need not.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: 16 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, bits: 2)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(80) * Float(block[group] & 15), -(block.half(82) * Float(block[group] >> 4)))
    }

    /// A step and a half of a range of twice the largest weight.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * 1.5 * 2 / 3
    }
}
