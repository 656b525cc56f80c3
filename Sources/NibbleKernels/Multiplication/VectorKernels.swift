#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The small vector functions between the matrix products of a transformer, in f32.
///
/// Those with pointers serve loops over parts of larger buffers; both forms run the same code.
public enum VectorKernels {
    /// y = x ÷ √(mean(x²) + epsilon) · weight (Zhang and Sennrich 2019); the mean square is summed in f64.
    public static func rmsNorm(
        _ input: Span<Float>, weight: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>
    ) {
        precondition(
            input.count == weight.count && input.count == output.count, "one weight for each value")
        var squares = 0.0
        for index in input.indices { squares += Double(input[index]) * Double(input[index]) }
        let factor = Float(1 / (squares / Double(max(input.count, 1)) + Double(epsilon)).squareRoot())
        for index in input.indices { output[index] = input[index] * factor * weight[index] }
    }

    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: inout MutableSpan<Float>) {
        scores.withUnsafeMutableBufferPointer { softmax($0) }
    }

    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: UnsafeMutableBufferPointer<Float>) {
        guard let largest = scores.max() else { return }
        var sum: Float = 0
        for index in scores.indices {
            scores[index] = exp(scores[index] - largest)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }

    /// gate[i] = silu(gate[i]) · up[i] with silu(x) = x ÷ (1 + e^−x) (Hendrycks and Gimpel 2016).
    public static func siluMultiply(gate: inout MutableSpan<Float>, up: Span<Float>) {
        gate.withUnsafeMutableBufferPointer { gate in
            up.withUnsafeBufferPointer { siluMultiply(gate: gate, up: $0) }
        }
    }

    /// gate[i] = silu(gate[i]) · up[i] with silu(x) = x ÷ (1 + e^−x).
    public static func siluMultiply(
        gate: UnsafeMutableBufferPointer<Float>, up: UnsafeBufferPointer<Float>
    ) {
        precondition(gate.count == up.count, "one factor for each value")
        for index in gate.indices { gate[index] = gate[index] / (1 + exp(-gate[index])) * up[index] }
    }

    /// Turns the pairs (x[i], x[i + d/2]) of a vector of d values by angle i (Su and others 2021, halves as in Llama).
    ///
    /// - Parameters:
    ///   - cosines: d/2 cosines of position · frequency.
    ///   - sines: d/2 sines of position · frequency.
    public static func rotateHalves(
        _ vector: inout MutableSpan<Float>, cosines: Span<Float>, sines: Span<Float>
    ) {
        let half = cosines.count
        precondition(sines.count == half && vector.count == 2 * half, "an angle for each pair")
        for index in 0..<half {
            let (first, second) = (vector[index], vector[index + half])
            vector[index] = first * cosines[index] - second * sines[index]
            vector[index + half] = second * cosines[index] + first * sines[index]
        }
    }

    /// Σ a[i]·b[i].
    public static func dot(_ first: Span<Float>, _ second: Span<Float>) -> Float {
        precondition(first.count == second.count, "as many factors on both sides")
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                guard let a = first.baseAddress, let b = second.baseAddress else { return 0 }
                return dot(a, b, count: first.count)
            }
        }
    }

    /// Σ a[i]·b[i] over `count` numbers.
    public static func dot(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int
    ) -> Float {
        InnerLoops.best.pointee.dot_f32(first, second, count)
    }

    /// target[i] += factor · source[i] over `count` numbers.
    public static func addScaled(
        _ source: UnsafePointer<Float>, factor: Float, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        InnerLoops.best.pointee.add_scaled_f32(source, factor, target, count)
    }
}
