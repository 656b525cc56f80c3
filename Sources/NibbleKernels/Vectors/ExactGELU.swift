/// The GELU in its exact form, x · Φ(x), four numbers at a time in f64.
///
/// Φ(x) = ½ · (1 + erf(z)) with z = x ÷ √2. Up to |z| = 4.5, erf(z) is z · P(z²) ÷ Q(z²): two polynomials of degree 7
/// that were fitted to the smallest relative error (7·10⁻¹¹); beyond, it is ±1, from which it differs by less than
/// 2·10⁻¹⁰. In f64 the sum 1 + erf loses nothing where erf is near −1, as it would in f32.
enum ExactGELU {
    /// Coefficients of P, the constant first.
    private static let above: [Double] = [
        1.12837916702, 0.225526844166, 0.0622252401793, 0.00617873253206,
        0.000598844662387, 3.0589515966e-05, 8.70811094963e-07, 2.70529033537e-09,
    ]
    /// Coefficients of Q, the constant first.
    private static let below: [Double] = [
        1, 0.533201291688, 0.132879473883, 0.0202582283128,
        0.00206128424064, 0.000141090696391, 6.02672987044e-06, 7.39729915477e-08,
    ]

    /// Replaces each of `count` numbers by its GELU.
    static func apply(_ values: UnsafeMutablePointer<Float>, count: Int) {
        withPolynomials { above, below in
            let bytes = UnsafeMutableRawPointer(values)
            var index = 0
            while index + 4 <= count {
                let input = bytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD4<Float>.self)
                bytes.storeBytes(
                    of: gelu(input, above, below), toByteOffset: 4 * index, as: SIMD4<Float>.self)
                index += 4
            }
            // The last few take the same steps, each in a lane beside zeros, so that a value's place changes no bit.
            while index < count {
                values[index] = gelu(SIMD4(values[index], 0, 0, 0), above, below)[0]
                index += 1
            }
        }
    }

    private static func withPolynomials(
        _ body: (UnsafePointer<Double>, UnsafePointer<Double>) -> Void
    ) {
        above.withUnsafeBufferPointer { above in
            below.withUnsafeBufferPointer { below in
                guard let above = above.baseAddress, let below = below.baseAddress else { return }
                body(above, below)
            }
        }
    }

    @inline(__always)
    private static func gelu(
        _ input: SIMD4<Float>, _ above: UnsafePointer<Double>, _ below: UnsafePointer<Double>
    ) -> SIMD4<Float> {
        // Below −10 the result is −0; held there, −∞ isn't multiplied by zero.
        let wide = SIMD4<Double>(input)
        let x = wide.replacing(with: -10, where: wide .< -10)
        let z = x * 0.707106781186547524
        let square = z * z
        var (numerator, denominator) = (SIMD4(repeating: above[7]), SIMD4(repeating: below[7]))
        for power in stride(from: 6, through: 0, by: -1) {
            numerator = numerator * square + above[power]
            denominator = denominator * square + below[power]
        }
        let inner = z * numerator / denominator
        let isFar = square .>= 4.5 * 4.5
        let sign = SIMD4<Double>(repeating: 1).replacing(with: -1, where: z .< 0)
        return SIMD4<Float>(x * 0.5 * (inner.replacing(with: sign, where: isFar) + 1))
    }
}
