import CNibbleKernels

/// GGUF IQ4_NL: blocks of 32 weights, 18 bytes: the scale d as f16, then 16 bytes of places in a table of 16 levels; value = d ·
/// level.
///
/// The scale is searched as ggml does without an importance matrix: weights w², d the least squares of fifteen tries
/// (NUMERICS §6). Byte j holds weight j in its low half and weight j + 16 in its high half.
public struct BlockIQ4_NL: BlockCoded, NonuniformFormat {
    static let shape = BlockShape(weights: 32, bytes: 18, groupSize: 32, codeBits: 128)
    static let kind = NIBBLE_IQ4_NL
    static let reach: Float = 65504 * 100
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

    func encode(block values: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>) {
        Self.levels.withUnsafeBufferPointer { levels in
            let scale = Self.scale(values, levels)
            let inverse = BlockSearch.inverse(scale)
            bytes.storeHalf(scale, 0)
            for index in 0..<32 {
                replace(at: index, by: Int32(Self.nearest(inverse * values[index], levels)), in: bytes)
            }
        }
    }

    private static func scale(
        _ values: UnsafePointer<Float>, _ levels: UnsafeBufferPointer<Float>
    ) -> Float {
        let largest = BlockSearch.largest(values, 32)
        guard largest.magnitude >= BlockSearch.smallest else { return 0 }
        func sums(_ inverse: Float) -> (product: Float, square: Float) {
            var (product, square): (Float, Float) = (0, 0)
            for index in 0..<32 {
                let (value, level) = (values[index], levels[nearest(inverse * values[index], levels)])
                let weight = value * value
                product += weight * level * value
                square += weight * level * level
            }
            return (product, square)
        }
        let first = sums(1 / (-largest / levels[0]))
        var scale = first.product / first.square
        var best = scale * first.product
        for step in -7...7 {
            let (product, square) = sums((Float(step) + levels[0]) / largest)
            if square > 0, product * product > best * square {
                scale = product / square
                best = scale * product
            }
        }
        return scale
    }

    /// For −127, −126 … 113 the place of the first level beyond it.
    private static let above: [UInt8] = (-127...113).map { whole in
        UInt8(levels.firstIndex { $0 > Float(whole) } ?? 15)
    }

    /// The place of the nearest level, the upper one for a value halfway.
    @inline(__always)
    private static func nearest(_ value: Float, _ levels: UnsafeBufferPointer<Float>) -> Int {
        guard value > levels[0] else { return 0 }
        guard value < levels[15] else { return 15 }
        // Levels are whole, so that ⌊value⌋ tells between which two a value lies.
        let high = Int(above[Int(value + 127)])
        return value - levels[high - 1] < levels[high] - value ? high - 1 : high
    }

    /// Half the widest gap and a searched scale's clip, of 113 steps.
    public func worstError(of value: Float, largest: Float) -> Float { largest * 30 / 113 }
}
