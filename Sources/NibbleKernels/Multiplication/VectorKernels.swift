import CNibbleKernels
import Foundation

/// The small vector functions between the matrix products of a transformer, in f32.
public enum VectorKernels {
    /// y = x ÷ √(mean(x²) + epsilon) · weight (Zhang and Sennrich 2019); the mean square is summed in f64.
    public static func rmsNorm(
        _ input: Span<Float>, weight: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == weight.count && input.count == output.count, "one weight for each value")
        var squares = 0.0
        for index in input.indices { squares += Double(input[index]) * Double(input[index]) }
        let factor = Float(1 / (squares / Double(max(input.count, 1)) + Double(epsilon)).squareRoot())
        for index in input.indices { output[index] = input[index] * factor * weight[index] }
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

    /// gate[i] = silu(gate[i]) · up[i] with silu(x) = x ÷ (1 + e^−x).
    public static func siluMultiply(gate: UnsafeMutableBufferPointer<Float>, up: UnsafeBufferPointer<Float>) {
        for index in gate.indices { gate[index] = gate[index] / (1 + exp(-gate[index])) * up[index] }
    }

    /// Σ a[i]·b[i].
    public static func dot(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int) -> Float {
        nibble_kernels().pointee.dot_f32(first, second, count)
    }

    /// target[i] += factor · source[i].
    public static func addScaled(
        _ source: UnsafePointer<Float>, factor: Float, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        nibble_kernels().pointee.add_scaled_f32(source, factor, target, count)
    }
}
