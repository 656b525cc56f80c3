import CNibbleKernels

/// GGUF IQ4_NL: blocks of 32 weights, 18 bytes: the scale d as f16, then 16 bytes of places in a table of 16 levels; value = d ·
/// level.
///
/// The scale is searched as ggml does: the least squares of sixteen tries, with weights w² or by importance (Numerics §6). Byte j
/// holds weight j in its low half and weight j + 16 in its high half.
public struct BlockIQ4_NL: BlockLevels {
    static let shape = BlockShape(weights: 32, bytes: 18, groupSize: 32, codeBits: 128)
    static let kind = NIBBLE_IQ4_NL
    static let levels: [Int32] = [
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    ]

    /// `iq4_nl`.
    public var name: String { "iq4_nl" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32, an f16 scale and 16 uneven levels" }
    /// One end is longer.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace { CodePlace(byte: 2 + index % 16, shift: index / 16 * 4, bits: 4) }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(0), 0)
    }

    /// A block without the search, as ggml's `quantize_row_iq4_nl_ref` writes those of a cache: codes with d = m ÷ −127, where m is
    /// the value of largest magnitude, then the scale of least squared error weighted by w².
    static func blockWithoutSearch(_ values: [Float]) -> [UInt8] {
        let largest = values.reduce(Float(0)) { $1.magnitude > $0.magnitude ? $1 : $0 }
        var bytes = [UInt8](repeating: 0, count: shape.bytes)
        // ggml leaves the codes of such a block undefined; its scale is 0.
        guard largest.magnitude >= 1e-15 else { return bytes }
        let inverse = 1 / (largest / Float(levels[0]))
        var (products, squares): (Float, Float) = (0, 0)
        for (index, value) in values.enumerated() {
            let code = code(nearest: inverse * value)
            let (level, weight) = (Float(levels[Int(code)]), value * value)
            products += weight * level * value
            squares += weight * level * level
            bytes[2 + index % 16] |= code << UInt8(index / 16 * 4)
        }
        let scale = Float16(products / squares).bitPattern
        (bytes[0], bytes[1]) = (UInt8(truncatingIfNeeded: scale), UInt8(truncatingIfNeeded: scale >> 8))
        return bytes
    }

    /// The code whose level is nearest; halfway the larger.
    private static func code(nearest value: Float) -> UInt8 {
        let above = zip(levels, levels.dropFirst()).count { value >= Float($0 + $1) / 2 }
        return UInt8(above)
    }

    /// Half the widest gap and a searched scale's clip, of 113 steps.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { largest * 30 / 113 }
}

/// GGUF IQ4_XS: blocks of 256 weights, 136 bytes: 8 groups of 32 with six-bit scales of an f16 factor and the levels of IQ4_NL; value
/// = d · (s − 32) · level.
///
/// Bytes 0 and 1 hold d, bytes 2 and 3 the high two bits of the scales at 2j, bytes 4 … 7 their low four bits in halves; byte l of
/// group j holds weight 32j + l in its low half and 32j + 16 + l in its high half. The search is IQ4_NL's; codes are chosen again
/// with d in f32 (Numerics §6).
public struct BlockIQ4_XS: BlockLevels {
    static let shape = BlockShape(weights: 256, bytes: 136, groupSize: 32, codeBits: 1024)
    static let kind = NIBBLE_IQ4_XS
    static let levels = BlockIQ4_NL.levels

    /// `iq4_xs`.
    public var name: String { "iq4_xs" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, six-bit scales of 32 and 16 uneven levels" }
    /// One end is longer.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }
    /// By an importance matrix.
    public var usesImportance: Bool { true }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: 8 + index / 32 * 16 + index % 16, shift: index % 32 / 16 * 4, bits: 4)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let low = block[4 + group / 2] >> UInt8(group % 2 * 4) & 15
        let high = block[2 + group / 4] >> UInt8(group % 4 * 2) & 3
        return (block.half(0) * Float(Int32(low | high << 4) - 32), 0)
    }

    /// As IQ4_NL's, and half a step of the six-bit scale.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * (30 / 113 + 1 / 32)
    }
}
