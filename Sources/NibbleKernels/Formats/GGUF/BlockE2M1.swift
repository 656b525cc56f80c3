import CNibbleKernels

/// GGUF MXFP4: blocks of 32 weights, 17 bytes: a power of two 2^(e − 128), then 16 bytes of E2M1 codes; value = 2^(e − 128) · twice the
/// code's number.
///
/// e − 127 = ⌊log₂ max|w|⌋ − 2; codes are the nearest, the smaller magnitude on ties, and −0 is never written: other than OCP's
/// rounding to even in `mxfp4` (Numerics §6). A byte e of 255 is NaN, as in OCP MX. Byte j holds weight j in its low half and weight j + 16 in its high half.
public struct BlockMXFP4: BlockLevels {
    static let shape = BlockShape(weights: 32, bytes: 17, groupSize: 32, codeBits: 128)
    static let kind = NIBBLE_MXFP4
    /// Twice the values of E2M1.
    static let levels: [Int32] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

    /// `mxfp4-gguf`.
    public var name: String { "mxfp4-gguf" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 32 E2M1 numbers, a power-of-two scale" }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// The largest number of a block keeps its exponent.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }

    func place(of index: Int) -> CodePlace { CodePlace(byte: 1 + index % 16, shift: index / 16 * 4, bits: 4) }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let byte = UInt32(block[0])
        guard byte != 255 else { return (.nan, 0) }
        return (Float(bitPattern: byte < 2 ? 0x20_0000 << byte : (byte - 1) << 23), 0)
    }

    /// Half the widest gap, or the clip of a largest weight near twice the power of two.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { largest / 4 }
}

/// GGUF NVFP4: blocks of 64 weights, 36 bytes: four scales in unsigned E4M3, one for each 16 weights, then 32 bytes of E2M1 codes; value =
/// scale · code's number.
///
/// The scale is max|w| ÷ 6, its rounding decided by the one bit below the fraction; from 256 on it is 448, so that weights beyond
/// 2688 clip, and below 2⁻¹⁰ it is 0. Codes as in MXFP4. Of group s byte 4 + 8s + j holds weight 16s + j in its low half and 16s +
/// 8 + j in its high half. Unlike `nvfp4` there is no scale of the tensor: in a file it is a tensor of its own (Numerics §6).
public struct BlockNVFP4: BlockLevels {
    static let shape = BlockShape(weights: 64, bytes: 36, groupSize: 16, codeBits: 256)
    static let kind = NIBBLE_NVFP4
    static let levels = BlockMXFP4.levels

    /// `nvfp4-gguf`.
    public var name: String { "nvfp4-gguf" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 64 E2M1 numbers, unsigned E4M3 scales of 16" }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// The scale is rounded.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: 4 + index / 16 * 8 + index % 8, shift: index % 16 / 8 * 4, bits: 4)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let byte = block[group]
        let (exponent, fraction) = (UInt32(byte >> 3 & 15), UInt32(byte & 7))
        guard byte != 0x7F else { return (0, 0) }
        guard exponent > 0 else { return (Float(fraction) * 0x1p-10, 0) }
        return (Float(bitPattern: (exponent + 119) << 23 | fraction << 20), 0)
    }

    /// Half the widest gap with a scale that is up to a ninth too large, and half the smallest scale's largest number.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        largest * 0.2 + 0x1p-10 * 6 + max(0, value.magnitude - 2688)
    }
}
