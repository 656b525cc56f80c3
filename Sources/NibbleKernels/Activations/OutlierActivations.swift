/// LLM.int8: int8 per token without the outliers, which are multiplied as they are (Dettmers and others 2022, arXiv 2208.07339).
///
/// An outlier is a finite magnitude of 6 or more or an infinity. A token's scale is max|a| ÷ 127 over the rest, code = round half
/// to even (a · (127 · (1 ÷ max|a|))). A column with an outlier in any token of a product has codes 0 throughout; its activations are
/// multiplied with the decoded weights and the products added, y = Σ codes · scales + Σ a · w over these columns, so that results
/// depend on which tokens are multiplied together (bitsandbytes; Numerics §5.3).
struct OutlierActivations: ActivationScheme {
    var name: String { "llm-int8" }
    var summary: String { "LLM.int8: dynamic int8 per token, columns with magnitudes from 6 on apart" }
    var codeBits: Int? { 8 }
    var blockSize: Int? { nil }
    var outlierThreshold: Float? { threshold }

    /// The magnitude from which on an activation is an outlier.
    private let threshold: Float

    init(threshold: Float = 6) { self.threshold = threshold }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        _ = token.largestFiniteMagnitude(in: token.indices, report: &report)
        let isOutlier = { (value: Float) in value.magnitude >= threshold }
        let largest = token.reduce(Float(0)) { isOutlier($1) ? $0 : max($0, $1.magnitude) }
        // PyTorch divides a number by a tensor in this order.
        let factor = (largest / 127).isNormal ? 127 * (1 / largest) : 0
        scales[0] = factor > 0 ? largest / 127 : 0
        for (column, value) in token.enumerated() {
            let isZero = value.isNaN || isOutlier(value)
            codes[column] = isZero ? 0 : Int16(roundedHalfToEven(value * factor))
        }
        report.activationClips.total += token.count
    }
}
