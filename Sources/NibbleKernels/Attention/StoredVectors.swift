import CNibbleKernels

/// How a cache keeps the keys and values of attention.
public enum VectorStorage: String, CaseIterable, Sendable {
    /// As they are computed.
    case f32
    /// Rounded to IEEE half.
    case f16
    /// Codes of 8 bits with an f32 scale for each 32 channels: scale = max ÷ 127 rounded to f16, as in Q8_0.
    case int8

    /// Bytes of one vector of `count` channels.
    public func byteCount(_ count: Int) -> Int {
        switch self {
        case .f32: 4 * count
        case .f16: 2 * count
        case .int8: (count + 31) / 32 * 36
        }
    }
}

/// Vectors of one head, position after position, as they are stored.
public struct StoredVectors {
    /// How they are stored.
    public let storage: VectorStorage
    /// Positions that fit.
    public let capacity: Int
    /// Channels of a vector.
    public let headSize: Int
    private let start: UnsafeMutableRawPointer

    /// Vectors in `capacity` · `storage.byteCount(headSize)` bytes from `start` on, at a multiple of four.
    public init(
        _ storage: VectorStorage, capacity: Int, headSize: Int, start: UnsafeMutableRawPointer
    ) {
        self.storage = storage
        self.capacity = capacity
        self.headSize = headSize
        self.start = start
    }

    /// Blocks of 32 channels.
    private var blocks: Int { (headSize + 31) / 32 }
    /// The scales lie behind all codes.
    private var scales: UnsafeMutablePointer<Float> {
        (start + capacity * blocks * 32).assumingMemoryBound(to: Float.self)
    }
    private var codes: UnsafeMutablePointer<Int8> { start.assumingMemoryBound(to: Int8.self) }

    /// Stores one position's vector.
    ///
    /// Where codes of 8 bits stand for values, NaN is 0 and nothing is beyond ±127 · 65504.
    public func write(_ values: UnsafePointer<Float>, position: Int) {
        switch storage {
        case .f32:
            (start + 4 * position * headSize).copyMemory(from: values, byteCount: 4 * headSize)
        case .f16:
            InnerLoops.best.pointee.narrow_f16(values, start + 2 * position * headSize, headSize)
        case .int8:
            quantize(values, position)
        }
    }

    private func quantize(_ values: UnsafePointer<Float>, _ position: Int) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: headSize + blocks) { space in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: blocks) { sums in
                guard let floats = space.baseAddress, let sums = sums.baseAddress else { return }
                let target = nibble_token_target(
                    codes: codes + position * blocks * 32, sums: sums, scales: scales + position * blocks,
                    products: floats + headSize)
                let quantize = InnerLoops.interleaved.pointee.quantize_blocks
                guard quantize(values, headSize, blocks, 32, target) < 0 else { return }
                let limit: Float = 127 * 65504
                for channel in 0..<headSize { floats[channel] = max(-limit, min(limit, values[channel])) }
                _ = quantize(floats, headSize, blocks, 32, target)
            }
        }
    }

    /// The vectors of some positions in f32, one after the other: where they lie, or converted into `space`.
    func floats(_ positions: Range<Int>, in space: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        switch storage {
        case .f32:
            return UnsafePointer(
                (start + 4 * positions.lowerBound * headSize).assumingMemoryBound(to: Float.self))
        case .f16:
            InnerLoops.best.pointee.convert_f16(
                start + 2 * positions.lowerBound * headSize, space, positions.count * headSize)
        case .int8:
            for (place, position) in positions.enumerated() {
                InnerLoops.elementwise.pointee.scale_blocks(
                    codes + position * blocks * 32, scales + position * blocks, headSize,
                    space + place * headSize)
            }
        }
        return UnsafePointer(space)
    }
}
