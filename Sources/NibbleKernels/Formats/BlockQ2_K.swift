import CNibbleKernels

/// GGUF Q2_K: blocks of 256 weights, 84 bytes: 16 groups of 16 with four-bit scales and minima of two f16 factors; value =
/// (d · s) · code − dmin · m.
///
/// Scales and minima are searched as ggml's reference does without an importance matrix, and codes are chosen again with the
/// factors as stored (NUMERICS §6). Byte 32h + l of the codes holds weights 128h + l + 0, 32, 64, 96, lowest bits first.
public struct BlockQ2_K: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 256, bytes: 84, groupSize: 16, codeBits: 512, minimumBits: 80)
    static let kind = NIBBLE_Q2_K
    static let reach: Float = 65504 * 15 / 2
    static let codeRange: ClosedRange<Int32> = 0...3
    static let storageOffset: Int32 = 0
    private static let search = AffineSearch(end: 3, first: -0.5, step: 0.1, steps: 15, isAbsolute: true)

    /// `q2_k`.
    public var name: String { "q2_k" }
    /// One line for a person who chooses.
    public var summary: String { "GGUF: blocks of 256, four-bit scales and minima of 16, 2-bit codes" }
    /// 2.
    public var codeBits: Int { 2 }
    /// Each group has one.
    public var hasMinima: Bool { true }
    /// The range of a group need not.
    public var isSymmetric: Bool { false }
    /// Scales are searched.
    public var keepsItsValues: Bool { false }

    func place(of index: Int) -> CodePlace {
        CodePlace(byte: 16 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, bits: 2)
    }

    func factors(of group: Int, in block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        (block.half(80) * Float(block[group] & 15), -(block.half(82) * Float(block[group] >> 4)))
    }

    func encode(block values: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 512) { space in
            guard let codes = space.baseAddress else { return }
            let weights = codes + 256
            for index in 0..<256 { weights[index] = values[index].magnitude }
            let found = [0, 128].flatMap { start in
                Self.search.search(
                    values + start, weights: weights + start, count: 16, codes: codes + start)
            }
            store(found, in: bytes)
            for index in 0..<256 {
                let (scale, minimum) = factors(of: index / 16, in: bytes)
                if scale != 0 { codes[index] = BlockSearch.whole((values[index] - minimum) / scale, 0...3) }
                replace(at: index, by: Int32(codes[index]), in: bytes)
            }
        }
    }

    private func store(
        _ found: [(scale: Float, minimum: Float)], in bytes: UnsafeMutablePointer<UInt8>
    ) {
        let scale = found.reduce(0) { max($0, $1.scale) }
        let minimum = found.reduce(0) { max($0, $1.minimum) }
        let (perScale, perMinimum) = (scale > 0 ? 15 / scale : 0, minimum > 0 ? 15 / minimum : 0)
        bytes.storeHalf(scale / 15, 80)
        bytes.storeHalf(minimum / 15, 82)
        for (group, item) in found.enumerated() {
            let low = UInt8(BlockSearch.whole(perScale * item.scale, 0...15))
            bytes[group] = low | UInt8(BlockSearch.whole(perMinimum * item.minimum, 0...15)) << 4
        }
    }

    /// A step and a half of a range of twice the largest weight.
    public func worstError(of value: Float, largest: Float) -> Float { largest * 1.5 * 2 / 3 }
}
