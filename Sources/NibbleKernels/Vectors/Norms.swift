extension VectorKernels {
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

    /// y = (x − mean) ÷ √(variance + epsilon) · weight + bias (Ba and others 2016); mean and variance are
    /// summed in f64.
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
}
