import CNibbleKernels

/// GGUF TQ2_0: blocks of 256 weights, 66 bytes: two bits for each of −1, 0, 1, then the scale d as f16; value = d · code.
///
/// d = max|w|, code = w · (1 ÷ d) rounded half away from zero, as ggml's reference (Numerics §6): not the mean magnitude of BitNet. Byte
/// 32h + l holds weights 128h + l + 0, 32, 64, 96, lowest bits first.
public struct BlockTQ2_0: BlockCoded {
    static let shape = BlockShape(weights: 256, bytes: 66, groupSize: 256, codeBits: 512)
    static let kind = NIBBLE_TQ2_0
    static let codeRange: ClosedRange<Int32> = -1...1
    static let storageOffset: Int32 = 1

    /// `tq2_0`.
    public var name: String { "tq2_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, an f16 scale and codes −1, 0, 1 in two bits" }
    /// Two bits hold the three codes; the fourth is never written.
    public var codeBits: Int { 2 }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, bits: 2)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(64), 0)
    }

    /// Half a step.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { largest * 0.501 }
}

/// GGUF TQ1_0: blocks of 256 weights, 54 bytes: five of −1, 0, 1 in a byte, then the scale d as f16; value = d · code.
///
/// A byte is ⌈v · 256 ÷ 243⌉ of the five trits' number v in base 3, the first trit the most significant; trit n is ((byte · 3ⁿ mod 256)
/// · 3) ÷ 256. Bytes 0 … 31 hold weights m + 32n, bytes 32 … 47 weights 160 + m + 16n, bytes 48 … 51 four each, 240 + m + 4n (Numerics
/// §6). Scale and codes as in TQ2_0.
public struct BlockTQ1_0: BlockCoded {
    static let shape = BlockShape(weights: 256, bytes: 54, groupSize: 256, codeBits: 416)
    static let kind = NIBBLE_TQ1_0
    static let codeRange: ClosedRange<Int32> = -1...1
    static let storageOffset: Int32 = 1

    /// `tq1_0`.
    public var name: String { "tq1_0" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, an f16 scale and codes −1, 0, 1, five in a byte" }
    /// 2: the least whole number of bits.
    public var codeBits: Int { 2 }

    /// The byte of a weight, and which of its trits; `bits` has no meaning.
    func place(of index: Int) -> CodePlace {
        switch index {
        case ..<160: CodePlace(byte: index % 32, shift: index / 32, bits: 0)
        case ..<240: CodePlace(byte: 32 + (index - 160) % 16, shift: (index - 160) / 16, bits: 0)
        default: CodePlace(byte: 48 + (index - 240) % 4, shift: (index - 240) / 4, bits: 0)
        }
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(52), 0)
    }

    func code(at index: Int, in block: UnsafePointer<UInt8>) -> Int32 {
        let place = place(of: index)
        return Self.trits(block[place.byte])[place.shift] - 1
    }

    private static func trits(_ byte: UInt8) -> [Int32] {
        var rest = UInt32(byte)
        return (0..<5).map { _ in
            let trit = (rest * 3) >> 8
            rest = rest * 3 & 255
            return Int32(trit)
        }
    }

    private static func byte(_ trits: [Int32]) -> UInt8 {
        let number = trits.reduce(0) { $0 * 3 + $1 }
        return UInt8((number * 256 + 242) / 243)
    }

    func replace(at index: Int, by code: Int32, in block: UnsafeMutablePointer<UInt8>) {
        let place = place(of: index)
        var trits = Self.trits(block[place.byte])
        trits[place.shift] = code + 1
        block[place.byte] = Self.byte(trits)
    }

    /// Half a step.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float { largest * 0.501 }
}
