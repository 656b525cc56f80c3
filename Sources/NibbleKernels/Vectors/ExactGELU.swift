/// The GELU in its exact form, x · Φ(x), in f64.
///
/// Φ(x) = ½ · (1 + erf(x ÷ √2)). In f64 the sum 1 + erf loses nothing where erf is near −1, as it would in
/// f32.
enum ExactGELU {
    /// Replaces each of `count` numbers by its GELU.
    static func apply(_ values: UnsafeMutablePointer<Float>, count: Int) {
        OddRational.errorFunction.withCoefficients { errorFunction in
            values.replaceByFours(count: count) { input in
                // Below −10 the result is −0; held there, −∞ isn't multiplied by zero.
                let wide = SIMD4<Double>(input)
                let x = wide.replacing(with: -10, where: wide .< -10)
                return SIMD4<Float>(x * 0.5 * (errorFunction(x * 0.707106781186547524) + 1))
            }
        }
    }
}
