extension VectorKernels {
    /// Turns the pairs (x[i], x[i + d/2]) of a vector of d values by angle i (Su and others 2021, halves as
    /// in Llama).
    ///
    /// - Parameters:
    ///   - cosines: d/2 cosines of position · frequency.
    ///   - sines: d/2 sines of position · frequency.
    public static func rotateHalves(
        _ vector: inout MutableSpan<Float>, cosines: Span<Float>, sines: Span<Float>
    ) throws(KernelError) {
        let count = vector.count
        try check(sines.count == cosines.count && count == 2 * cosines.count) {
            "\(count) values need half as many cosines and sines, not \(cosines.count) and \(sines.count)."
        }
        vector.withUnsafeMutableBufferPointer { vector in
            cosines.withUnsafeBufferPointer { cosines in
                sines.withUnsafeBufferPointer { sines in
                    guard let x = vector.baseAddress, let c = cosines.baseAddress, let s = sines.baseAddress
                    else { return }
                    rotateHalves(x, cosines: c, sines: s, count: cosines.count)
                }
            }
        }
    }

    /// Turns the `count` pairs (x[i], x[i + count]) by angles.
    public static func rotateHalves(
        _ vector: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>,
        count: Int
    ) {
        InnerLoops.elementwise.pointee.rotate_halves(vector, cosines, sines, count)
    }

    /// Turns the pairs (x[2i], x[2i + 1]) of a vector of d values by angle i (Su and others 2021, neighbours
    /// as in GPT-J).
    ///
    /// - Parameters:
    ///   - cosines: d/2 cosines of position · frequency.
    ///   - sines: d/2 sines of position · frequency.
    public static func rotateNeighbours(
        _ vector: inout MutableSpan<Float>, cosines: Span<Float>, sines: Span<Float>
    ) throws(KernelError) {
        let count = vector.count
        try check(sines.count == cosines.count && count == 2 * cosines.count) {
            "\(count) values need half as many cosines and sines, not \(cosines.count) and \(sines.count)."
        }
        vector.withUnsafeMutableBufferPointer { vector in
            cosines.withUnsafeBufferPointer { cosines in
                sines.withUnsafeBufferPointer { sines in
                    guard let x = vector.baseAddress, let c = cosines.baseAddress, let s = sines.baseAddress
                    else { return }
                    rotateNeighbours(x, cosines: c, sines: s, count: cosines.count)
                }
            }
        }
    }

    /// Turns the `count` pairs (x[2i], x[2i + 1]) by angles.
    public static func rotateNeighbours(
        _ vector: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>,
        count: Int
    ) {
        InnerLoops.elementwise.pointee.rotate_neighbours(vector, cosines, sines, count)
    }
}
