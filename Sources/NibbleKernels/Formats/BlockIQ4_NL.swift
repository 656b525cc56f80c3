import CNibbleKernels

/// GGUF IQ4_NL: blocks of 32 weights, 18 bytes: the scale d as f16, then 16 bytes of places in a table of 16 levels; value = d ·
/// level.
///
/// The scale is searched as ggml does without an importance matrix: weights w², d the least squares of fifteen tries
/// (NUMERICS §6). Byte j holds weight j in its low half and weight j + 16 in its high half.
public struct BlockIQ4_NL: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 32, bytes: 18, groupSize: 32, codeBits: 128)
    static let kind = NIBBLE_IQ4_NL
    static let codeRange: ClosedRange<Int32> = 0...15
    static let storageOffset: Int32 = 0
    static let levels: [Float] = [
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    ]

    /// `iq4_nl`.
    public var name: String { "iq4_nl" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 16 uneven levels" }
    /// 4.
    public var codeBits: Int { 4 }
    /// Levels are within ±127.
    public var numberBits: Int { 7 }
    /// One end is longer.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public var keepsItsValues: Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace { CodePlace(byte: 2 + index % 16, shift: index / 16 * 4, bits: 4) }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(0), 0)
    }

    /// The code's level.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        (Int32(Self.levels[Int(code)]), factors(bytes, column).scale, 0)
    }

    /// Half the widest gap and a searched scale's clip, of 113 steps.
    public func worstError(of value: Float, largest: Float) -> Float { largest * 30 / 113 }
}
