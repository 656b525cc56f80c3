extension VectorKernels {
    /// Replaces each of `count` numbers x by cap · tanh(x ÷ cap), which lies between ±cap (Gemma 2, Riviere
    /// and others 2024).
    ///
    /// Before it is rounded to f32, a result is within 3·10⁻⁸ · cap of the exact one.
    public static func softCap(_ values: UnsafeMutablePointer<Float>, cap: Float, count: Int) {
        let cap = Double(cap)
        OddRational.hyperbolicTangent.withCoefficients { hyperbolicTangent in
            values.replaceByFours(count: count) { input in
                SIMD4<Float>(hyperbolicTangent(SIMD4<Double>(input) / cap) * cap)
            }
        }
    }

    /// Replaces each x by cap · tanh(x ÷ cap).
    public static func softCap(_ values: inout MutableSpan<Float>, cap: Float) {
        values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            softCap(start, cap: cap, count: values.count)
        }
    }
}
