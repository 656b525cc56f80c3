import CNibbleKernels

/// Vectors rounded to IEEE half, to nearest even.
struct HalfVectors: VectorCodec {
    /// They are converted when they are read.
    var isFloat: Bool { false }

    func byteCount(_ count: Int) -> Int { 2 * count }

    /// Half a unit in the last place, or of the smallest numbers; beyond what f16 holds there is no end.
    func worstError(of value: Float, largest: Float) -> Float {
        value.magnitude < 65520 ? max(value.magnitude * 0x1p-11, 0x1p-25) : .infinity
    }

    func write(_ values: UnsafePointer<Float>, position: Int, in vectors: StoredVectors) {
        let size = vectors.headSize
        InnerLoops.best.pointee.narrow_f16(values, vectors.start + 2 * position * size, size)
    }

    func floats(
        _ positions: Range<Int>, of vectors: StoredVectors, in space: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        let size = vectors.headSize
        InnerLoops.best.pointee.convert_f16(
            vectors.start + 2 * positions.lowerBound * size, space, positions.count * size)
        return UnsafePointer(space)
    }
}
