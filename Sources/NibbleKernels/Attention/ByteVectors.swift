import CNibbleKernels

/// Vectors as codes of 8 bits with an f32 scale for each 32 channels.
///
/// The codes of all positions lie first, each vector filled up to whole blocks, then the scales of all. NaN
/// is 0, and nothing is beyond ±127 · 65504.
struct ByteVectors: VectorCodec {
    /// They are converted when they are read.
    var isFloat: Bool { false }

    private func blocks(_ count: Int) -> Int { (count + 31) / 32 }

    func byteCount(_ count: Int) -> Int { blocks(count) * 36 }

    /// Half a step, and what rounding the step to f16 moves the code; only finite where the scale nears f16's
    /// end.
    func worstError(of value: Float, largest: Float) -> Float {
        largest < 1e6 ? largest / 127 * 0.57 : .infinity
    }

    /// Codes and scales of the blocks of one position.
    private func place(
        _ position: Int, in vectors: StoredVectors
    ) -> (codes: UnsafeMutablePointer<Int8>, scales: UnsafeMutablePointer<Float>) {
        let blocks = blocks(vectors.headSize)
        let scales = vectors.start + vectors.capacity * blocks * 32
        return (
            vectors.start.assumingMemoryBound(to: Int8.self) + position * blocks * 32,
            scales.assumingMemoryBound(to: Float.self) + position * blocks
        )
    }

    func write(_ values: UnsafePointer<Float>, position: Int, in vectors: StoredVectors) {
        let (codes, scales) = place(position, in: vectors)
        let (count, blocks) = (vectors.headSize, blocks(vectors.headSize))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count + blocks) { space in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: blocks) { sums in
                guard let floats = space.baseAddress, let sums = sums.baseAddress else { return }
                let target = nibble_token_target(
                    codes: codes, sums: sums, scales: scales, products: floats + count)
                let quantize = InnerLoops.interleaved.pointee.quantize_blocks
                guard quantize(values, count, blocks, 32, target) < 0 else { return }
                let limit: Float = 127 * 65504
                for channel in 0..<count { floats[channel] = max(-limit, min(limit, values[channel])) }
                _ = quantize(floats, count, blocks, 32, target)
            }
        }
    }

    func floats(
        _ positions: Range<Int>, of vectors: StoredVectors, in space: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        for (index, position) in positions.enumerated() {
            let (codes, scales) = place(position, in: vectors)
            InnerLoops.elementwise.pointee.scale_blocks(
                codes, scales, vectors.headSize, space + index * vectors.headSize)
        }
        return UnsafePointer(space)
    }
}
