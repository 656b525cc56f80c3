import CNibbleKernels

extension InnerLoops {
    /// The best loops between products, and those that run everywhere.
    static var elementwise: UnsafePointer<nibble_elementwise_table> { nibble_elementwise_kernels() }
    static var portableElementwise: UnsafePointer<nibble_elementwise_table> {
        nibble_portable_elementwise_kernels()
    }
}

/// The small vector functions between the matrix products of a transformer, in f32.
///
/// Those with pointers serve loops over parts of larger buffers; both forms run the same code. Those with spans throw
/// ``KernelError/shapeMismatch(_:)`` where counts don't fit. e^x is within two units in the
/// last place of the exact value.
public enum VectorKernels {
    /// y = x ÷ √(mean(x²) + epsilon) · weight (Zhang and Sennrich 2019); the mean square is summed in f64.
    public static func rmsNorm(
        _ input: Span<Float>, weight: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>
    ) throws(KernelError) {
        try check(input.count == weight.count && input.count == output.count) {
            "\(input.count) values need as many weights and places, not \(weight.count) and \(output.count)."
        }
        input.withUnsafeBufferPointer { input in
            weight.withUnsafeBufferPointer { weight in
                output.withUnsafeMutableBufferPointer { output in
                    guard let x = input.baseAddress, let w = weight.baseAddress, let y = output.baseAddress
                    else { return }
                    rmsNorm(x, weight: w, epsilon: epsilon, count: input.count, into: y)
                }
            }
        }
    }

    /// y = x ÷ √(mean(x²) + epsilon) · weight over `count` numbers.
    public static func rmsNorm(
        _ input: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, count: Int,
        into output: UnsafeMutablePointer<Float>
    ) {
        InnerLoops.elementwise.pointee.rms_norm(input, weight, epsilon, count, output)
    }

    /// y = (x − mean) ÷ √(variance + epsilon) · weight + bias (Ba and others 2016); mean and variance are summed in f64.
    ///
    /// - Parameter bias: As many numbers as there are values, or none.
    public static func layerNorm(
        _ input: Span<Float>, weight: Span<Float>, bias: Span<Float>, epsilon: Float,
        into output: inout MutableSpan<Float>
    ) throws(KernelError) {
        let count = input.count
        try check(count == weight.count && count == output.count && (bias.isEmpty || bias.count == count)) {
            "\(count) values need as many weights, biases (or none) and places, not \(weight.count), \(bias.count) and "
                + "\(output.count)."
        }
        input.withUnsafeBufferPointer { input in
            weight.withUnsafeBufferPointer { weight in
                bias.withUnsafeBufferPointer { bias in
                    output.withUnsafeMutableBufferPointer { output in
                        guard let x = input.baseAddress, let w = weight.baseAddress,
                            let y = output.baseAddress
                        else { return }
                        layerNorm(
                            x, weight: w, bias: bias.isEmpty ? nil : bias.baseAddress, epsilon: epsilon,
                            count: count, into: y)
                    }
                }
            }
        }
    }

    /// y = (x − mean) ÷ √(variance + epsilon) · weight + bias over `count` numbers.
    ///
    /// - Parameters:
    ///   - weight: As many numbers as there are values; none stand for ones.
    ///   - bias: As many numbers, or none.
    public static func layerNorm(
        _ input: UnsafePointer<Float>, weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?,
        epsilon: Float, count: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let loop = InnerLoops.elementwise.pointee.layer_norm
        if let weight {
            loop(input, weight, bias, epsilon, count, output)
            return
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(count, 1)) { ones in
            ones.initialize(repeating: 1)
            guard let ones = ones.baseAddress else { return }
            loop(input, ones, bias, epsilon, count, output)
        }
    }

    /// Replaces each x by its GELU (Hendrycks and Gimpel 2016) in its tanh form: x · σ(2 · √(2/π) · (x + 0.044715 · x³)).
    public static func gelu(_ values: inout MutableSpan<Float>) {
        values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            gelu(start, count: values.count)
        }
    }

    /// Replaces each of `count` numbers x by its GELU in its tanh form.
    public static func gelu(_ values: UnsafeMutablePointer<Float>, count: Int) {
        InnerLoops.elementwise.pointee.gelu(values, count)
    }

    /// Replaces each x by its GELU (Hendrycks and Gimpel 2016) in its exact form: x · Φ(x) = x · ½ · (1 + erf(x ÷ √2)).
    ///
    /// Before it is rounded to f32, a result is within 7·10⁻¹⁰ of the exact one.
    public static func geluErf(_ values: inout MutableSpan<Float>) {
        values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            geluErf(start, count: values.count)
        }
    }

    /// Replaces each of `count` numbers x by its GELU in its exact form.
    public static func geluErf(_ values: UnsafeMutablePointer<Float>, count: Int) {
        ExactGELU.apply(values, count: count)
    }

    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: inout MutableSpan<Float>) {
        scores.withUnsafeMutableBufferPointer { softmax($0) }
    }

    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: UnsafeMutableBufferPointer<Float>) {
        guard let start = scores.baseAddress else { return }
        InnerLoops.elementwise.pointee.softmax(start, scores.count)
    }

    /// gate[i] = silu(gate[i]) · up[i] with silu(x) = x ÷ (1 + e^−x) (Hendrycks and Gimpel 2016).
    public static func siluMultiply(gate: inout MutableSpan<Float>, up: Span<Float>) throws(KernelError) {
        let count = gate.count
        try check(count == up.count) { "\(count) gates need as many factors, not \(up.count)." }
        gate.withUnsafeMutableBufferPointer { gate in
            up.withUnsafeBufferPointer { siluMultiply(gate: gate, up: $0) }
        }
    }

    /// gate[i] = silu(gate[i]) · up[i] with silu(x) = x ÷ (1 + e^−x).
    public static func siluMultiply(
        gate: UnsafeMutableBufferPointer<Float>, up: UnsafeBufferPointer<Float>
    ) {
        precondition(gate.count == up.count, "one factor for each value")
        guard let target = gate.baseAddress, let factors = up.baseAddress else { return }
        InnerLoops.elementwise.pointee.silu_multiply(target, factors, gate.count)
    }

    /// Turns the pairs (x[i], x[i + d/2]) of a vector of d values by angle i (Su and others 2021, halves as in Llama).
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

    /// Turns the pairs (x[2i], x[2i + 1]) of a vector of d values by angle i (Su and others 2021, neighbours as in GPT-J).
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

    /// Σ a[i]·b[i].
    public static func dot(_ first: Span<Float>, _ second: Span<Float>) throws(KernelError) -> Float {
        try check(first.count == second.count) {
            "\(first.count) and \(second.count) numbers have no product: both must be as many."
        }
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

    /// target[i] += factor · source[i].
    public static func addScaled(
        _ source: Span<Float>, factor: Float, to target: inout MutableSpan<Float>
    ) throws(KernelError) {
        let count = target.count
        try check(source.count == count) { "\(source.count) numbers cannot be added to \(count)." }
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                guard let x = source.baseAddress, let y = target.baseAddress else { return }
                addScaled(x, factor: factor, to: y, count: source.count)
            }
        }
    }

    /// target[i] += factor · source[i] over `count` numbers.
    public static func addScaled(
        _ source: UnsafePointer<Float>, factor: Float, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        InnerLoops.best.pointee.add_scaled_f32(source, factor, target, count)
    }

    private static func check(_ fits: Bool, _ sentence: () -> String) throws(KernelError) {
        guard fits else { throw .shapeMismatch(sentence()) }
    }
}
