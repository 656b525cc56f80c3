extension VectorKernels {
    /// Replaces each x by its GELU (Hendrycks and Gimpel 2016) in its tanh form: x · σ(2 · √(2/π) · (x +
    /// 0.044715 · x³)).
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

    /// Replaces each x by its GELU (Hendrycks and Gimpel 2016) in its exact form: x · Φ(x) = x · ½ · (1 +
    /// erf(x ÷ √2)).
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
        InnerLoops.elementwise.pointee.gelu_erf(values, count)
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
}
