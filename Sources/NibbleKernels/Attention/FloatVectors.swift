/// Vectors as they are computed, in f32.
struct FloatVectors: VectorCodec {
    /// They are floats.
    var isFloat: Bool { true }

    func byteCount(_ count: Int) -> Int { 4 * count }

    /// Nothing is rounded.
    func worstError(of value: Float, largest: Float) -> Float { 0 }

    func write(_ values: UnsafePointer<Float>, position: Int, in vectors: StoredVectors) {
        let size = 4 * vectors.headSize
        (vectors.start + position * size).copyMemory(from: values, byteCount: size)
    }

    func floats(
        _ positions: Range<Int>, of vectors: StoredVectors, in space: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        let start = vectors.start + 4 * positions.lowerBound * vectors.headSize
        return UnsafePointer(start.assumingMemoryBound(to: Float.self))
    }
}
