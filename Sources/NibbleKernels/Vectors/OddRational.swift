/// An odd function that ends at ±1, as a quotient of two polynomials: f(z) = z · P(z²) ÷ Q(z²) within
/// ±`limit`, ±1 beyond.
///
/// In f64, four numbers at a time. The coefficients were fitted to the smallest relative error over the
/// range.
struct OddRational: Sendable {
    /// Coefficients of P, the constant first.
    let above: [Double]
    /// As many of Q.
    let below: [Double]
    /// The magnitude from which on the function is as good as ±1.
    let limit: Double

    /// The hyperbolic tangent, within 4·10⁻¹¹ of itself below the limit, 3·10⁻⁸ from 1 at it: nearer than f32
    /// tells apart.
    static let hyperbolicTangent = OddRational(
        above: [
            0.999999999965, 0.140999472699, 0.00442693286924, 4.22991587126e-05, 1.11322743907e-07,
            3.68365640798e-11,
        ],
        below: [1, 0.474332805643, 0.0292045354601, 0.000501023624031, 2.60622155877e-06, 2.95663193168e-09],
        limit: 9)

    /// The function with its coefficients in reach, for as long as `body` runs.
    func withCoefficients(_ body: (Evaluation) -> Void) {
        above.withUnsafeBufferPointer { above in
            below.withUnsafeBufferPointer { below in
                guard let first = above.baseAddress, let second = below.baseAddress else { return }
                body(
                    Evaluation(above: first, below: second, degree: above.count - 1, square: limit * limit))
            }
        }
    }

    /// The function over vectors.
    struct Evaluation {
        fileprivate let above: UnsafePointer<Double>
        fileprivate let below: UnsafePointer<Double>
        fileprivate let degree: Int
        /// The square of the limit.
        fileprivate let square: Double

        /// Four values; NaN stays NaN.
        @inline(__always)
        func callAsFunction(_ z: SIMD4<Double>) -> SIMD4<Double> {
            let t = z * z
            var (numerator, denominator) = (
                SIMD4<Double>(repeating: above[degree]), SIMD4<Double>(repeating: below[degree])
            )
            for power in stride(from: degree - 1, through: 0, by: -1) {
                numerator = numerator * t + above[power]
                denominator = denominator * t + below[power]
            }
            let sign = SIMD4<Double>(repeating: 1).replacing(with: -1, where: z .< 0)
            return (z * numerator / denominator).replacing(with: sign, where: t .>= square)
        }
    }
}

extension UnsafeMutablePointer<Float> {
    /// Replaces each of `count` numbers by what `body` makes of it, four at a time.
    ///
    /// The last few go through the same steps, each in a lane beside zeros, so that a value's place changes
    /// no bit.
    @inline(__always)
    func replaceByFours(count: Int, _ body: (SIMD4<Float>) -> SIMD4<Float>) {
        let bytes = UnsafeMutableRawPointer(self)
        var index = 0
        while index + 4 <= count {
            let input = bytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD4<Float>.self)
            bytes.storeBytes(of: body(input), toByteOffset: 4 * index, as: SIMD4<Float>.self)
            index += 4
        }
        while index < count {
            self[index] = body(SIMD4(self[index], 0, 0, 0))[0]
            index += 1
        }
    }
}
