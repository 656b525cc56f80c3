/// Dynamic fp8: each token is rounded to scale · E4M3 numbers, scale = max|a| ÷ 448, and multiplied with decoded weights in f32.
///
/// Numbers are those of a ÷ scale to nearest even (OCP OFP8 v1.0, as vLLM's and TensorRT-LLM's per-token fp8). Nothing clips; NaN
/// becomes 0 and infinities the largest number. A scale below f32's normal range counts as 0.
struct Fp8Activations: ActivationScheme {
    var name: String { "fp8-token" }
    var summary: String { "dynamic fp8 E4M3, one scale per token, products in f32" }
    var codeBits: Int? { nil }
    var blockSize: Int? { nil }
    var roundsFloats: Bool { true }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {}

    func round(
        _ token: UnsafeBufferPointer<Float>, into values: UnsafeMutableBufferPointer<Float>,
        report: inout KernelReport
    ) {
        let type = MiniFloat.e4m3
        var counted = KernelReport()
        let largest = token.largestFiniteMagnitude(in: token.indices, report: &counted)
        // The product counts the rounded numbers, of which all are finite.
        report.nonFiniteValues.count += counted.nonFiniteValues.count
        let scale = largest / type.largest
        for (column, value) in token.enumerated() {
            let number = scale.isNormal && !value.isNaN ? type.values[Int(type.code(value / scale))] : 0
            values[column] = number * scale
        }
        report.activationClips.total += token.count
    }
}
