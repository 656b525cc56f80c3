import NibbleKernels

/// The small work between a block's products, token by token, shared among threads.
struct VectorSteps {
    let pool: WorkPool
    /// Tokens that one thread takes at a time.
    private static let tokensTogether = 16

    /// Numbers that the threads read and write, each its own tokens'.
    private struct Buffers: @unchecked Sendable {
        let input: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>
    }

    private func run(tokenCount: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let together = Self.tokensTogether
        pool.run(count: (tokenCount + together - 1) / together) { chunk in
            body(chunk * together..<min((chunk + 1) * together, tokenCount))
        }
    }

    /// RMSNorm of each token.
    func normalize(
        _ hidden: UnsafeMutableBufferPointer<Float>, weight: [Float], epsilon: Float,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let size = weight.count
        guard size > 0, let input = hidden.baseAddress, let output = target.baseAddress else { return }
        let buffers = Buffers(input: input, output: output)
        run(tokenCount: hidden.count / size) { tokens in
            for token in tokens {
                VectorKernels.rmsNorm(
                    buffers.input + token * size, weight: weight, epsilon: epsilon, count: size,
                    into: buffers.output + token * size)
            }
        }
    }

    /// hidden = hidden + change.
    func add(_ change: UnsafeMutableBufferPointer<Float>, to hidden: UnsafeMutableBufferPointer<Float>) {
        guard let input = change.baseAddress, let output = hidden.baseAddress else { return }
        let buffers = Buffers(input: input, output: output)
        let (count, part) = (change.count, 1 << 15)
        pool.run(count: (count + part - 1) / part) { index in
            let start = index * part
            VectorKernels.addScaled(
                buffers.input + start, factor: 1, to: buffers.output + start, count: min(part, count - start))
        }
    }

    /// Turns each head of each token by its position's angles.
    func rotate(
        _ vectors: UnsafeMutableBufferPointer<Float>, headCount: Int, headSize: Int,
        by rotary: RotaryEmbedding, _ angles: [(cosines: [Float], sines: [Float])]
    ) {
        guard let start = vectors.baseAddress else { return }
        let buffers = Buffers(input: start, output: start)
        run(tokenCount: angles.count) { tokens in
            for token in tokens {
                for head in 0..<headCount {
                    rotary.rotate(
                        buffers.output + (token * headCount + head) * headSize,
                        cosines: angles[token].cosines, sines: angles[token].sines)
                }
            }
        }
    }

    /// gate = silu(gate) · up.
    func siluMultiply(
        gate: UnsafeMutableBufferPointer<Float>, up: UnsafeMutableBufferPointer<Float>, tokenCount: Int
    ) {
        let size = up.count / max(tokenCount, 1)
        guard let input = up.baseAddress, let output = gate.baseAddress else { return }
        let buffers = Buffers(input: input, output: output)
        run(tokenCount: tokenCount) { tokens in
            let start = tokens.lowerBound * size
            VectorKernels.siluMultiply(
                gate: UnsafeMutableBufferPointer(start: buffers.output + start, count: tokens.count * size),
                up: UnsafeBufferPointer(start: buffers.input + start, count: tokens.count * size))
        }
    }
}
