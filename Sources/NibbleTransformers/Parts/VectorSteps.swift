import NibbleKernels

/// The small work between a network's products, token by token, shared among threads.
struct VectorSteps {
    let pool: WorkPool
    /// Tokens that one thread takes at a time.
    private static let tokensTogether = 16

    private typealias Numbers = UnsafeMutableBufferPointer<Float>

    /// Numbers that the threads read and write, each its own tokens'.
    private struct Buffers: @unchecked Sendable {
        let input: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>

        init?(_ input: Numbers, _ output: Numbers) {
            guard let source = input.baseAddress, let target = output.baseAddress else { return nil }
            (self.input, self.output) = (UnsafePointer(source), target)
        }
    }

    private func run(tokenCount: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let together = Self.tokensTogether
        pool.run(count: (tokenCount + together - 1) / together) { chunk in
            body(chunk * together..<min((chunk + 1) * together, tokenCount))
        }
    }

    /// RMSNorm of each group of as many channels as there are weights.
    func rmsNorm(
        _ hidden: UnsafeMutableBufferPointer<Float>, weight: [Float], epsilon: Float,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let size = weight.count
        guard size > 0, let buffers = Buffers(hidden, target) else { return }
        run(tokenCount: hidden.count / size) { tokens in
            for token in tokens {
                VectorKernels.rmsNorm(
                    buffers.input + token * size, weight: weight, epsilon: epsilon, count: size,
                    into: buffers.output + token * size)
            }
        }
    }

    /// A factor for each channel of each token.
    func scale(_ hidden: UnsafeMutableBufferPointer<Float>, by factors: [Float]) {
        guard !factors.isEmpty else { return }
        for start in stride(from: 0, to: hidden.count - factors.count + 1, by: factors.count) {
            for channel in factors.indices { hidden[start + channel] *= factors[channel] }
        }
    }

    /// LayerNorm of each group of as many channels as there are weights.
    func layerNorm(
        _ hidden: UnsafeMutableBufferPointer<Float>, weight: [Float], bias: [Float], epsilon: Float,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let size = weight.count
        guard size > 0, let buffers = Buffers(hidden, target) else { return }
        run(tokenCount: hidden.count / size) { tokens in
            for token in tokens {
                VectorKernels.layerNorm(
                    buffers.input + token * size, weight: weight, bias: bias.isEmpty ? nil : bias,
                    epsilon: epsilon, count: size, into: buffers.output + token * size)
            }
        }
    }

    /// hidden = hidden + change.
    func add(_ change: UnsafeMutableBufferPointer<Float>, to hidden: UnsafeMutableBufferPointer<Float>) {
        guard let buffers = Buffers(change, hidden) else { return }
        let (count, part) = (change.count, 1 << 15)
        pool.run(count: (count + part - 1) / part) { index in
            let start = index * part
            VectorKernels.addScaled(
                buffers.input + start, factor: 1, to: buffers.output + start, count: min(part, count - start))
        }
    }

    /// Turns each head of each token by its position's angles.
    func rotate(
        _ vectors: UnsafeMutableBufferPointer<Float>, headCount: Int, by rotary: RotaryEmbedding,
        _ angles: [RotaryEmbedding.Angles]
    ) {
        guard let buffers = Buffers(vectors, vectors) else { return }
        let size = vectors.count / max(headCount * angles.count, 1)
        run(tokenCount: angles.count) { tokens in
            for token in tokens {
                for head in 0..<headCount {
                    rotary.rotate(
                        buffers.output + (token * headCount + head) * size,
                        cosines: angles[token].cosines, sines: angles[token].sines)
                }
            }
        }
    }

    /// gate = f(gate) · up.
    func activateMultiply(
        gate: UnsafeMutableBufferPointer<Float>, up: UnsafeMutableBufferPointer<Float>,
        _ activation: FeedForward.Activation, tokenCount: Int
    ) {
        let size = up.count / max(tokenCount, 1)
        guard let buffers = Buffers(up, gate) else { return }
        run(tokenCount: tokenCount) { tokens in
            let (start, count) = (tokens.lowerBound * size, tokens.count * size)
            activation.applyMultiply(
                UnsafeMutableBufferPointer(start: buffers.output + start, count: count),
                UnsafeBufferPointer(start: buffers.input + start, count: count))
        }
    }

    /// Replaces numbers by their function.
    func activate(
        _ numbers: UnsafeMutableBufferPointer<Float>, _ activation: FeedForward.Activation, tokenCount: Int
    ) {
        let size = numbers.count / max(tokenCount, 1)
        guard let buffers = Buffers(numbers, numbers) else { return }
        run(tokenCount: tokenCount) { tokens in
            activation.apply(
                UnsafeMutableBufferPointer(
                    start: buffers.output + tokens.lowerBound * size, count: tokens.count * size))
        }
    }
}
