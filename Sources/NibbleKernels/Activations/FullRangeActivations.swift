/// Dynamic int8 per token with all codes, as torchao: scale = max|a| ÷ 127.5, at least 2^−23, code = round half to even
/// (a · (1 ÷ scale)) held within −128 … 127, so that the largest activation may clip by half a step.
struct FullRangeActivations: ActivationScheme {
    var name: String { "int8-token-full" }
    var summary: String { "dynamic int8 from -128 to 127, one scale per token" }
    var codeBits: Int? { 8 }
    var blockSize: Int? { nil }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        let largest = token.largestFiniteMagnitude(in: token.indices, report: &report)
        let scale = max(largest / 127.5, 0x1p-23)
        let inverse = 1 / scale
        scales[0] = scale
        for (column, value) in token.enumerated() {
            let steps = value.isNaN ? 0 : min(max(value * inverse, -128), 127)
            codes[column] = Int16(roundedHalfToEven(steps))
        }
        report.activationClips.total += token.count
    }
}
