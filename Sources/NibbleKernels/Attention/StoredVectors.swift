/// Vectors of one head, position after position, as they are stored.
public struct StoredVectors {
    /// How they are stored.
    public let storage: VectorStorage
    /// Positions that fit.
    public let capacity: Int
    /// Channels of a vector.
    public let headSize: Int
    let start: UnsafeMutableRawPointer

    /// Vectors in `capacity` · `storage.byteCount(headSize)` bytes from `start` on, at a multiple of four.
    public init(
        _ storage: VectorStorage, capacity: Int, headSize: Int, start: UnsafeMutableRawPointer
    ) {
        self.storage = storage
        self.capacity = capacity
        self.headSize = headSize
        self.start = start
    }

    /// Stores one position's vector.
    ///
    /// Where codes of 8 bits stand for values, NaN is 0 and nothing is beyond ±127 · 65504.
    public func write(_ values: UnsafePointer<Float>, position: Int) {
        storage.codec.write(values, position: position, in: self)
    }

    /// The vectors of some positions in f32, one after the other: where they lie, or converted into `space`.
    func floats(_ positions: Range<Int>, in space: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        storage.codec.floats(positions, of: self, in: space)
    }
}
