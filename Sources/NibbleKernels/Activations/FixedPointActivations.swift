/// Dynamic fixed point: each token gets the binary point n = W − 1 − ⌈log₂ max|a|⌉; code = round half to even (a · 2^n).
///
/// The largest code is 2^(W−1) − 1, so a magnitude that rounds up to the power of two above it clips by one step; clips
/// are counted with their excess.
struct FixedPointActivations: ActivationScheme {
    let bits: Int

    var name: String { "fixed\(bits)" }
    var summary: String { "dynamic fixed point of \(bits) bits, one binary point per token" }
    var codeBits: Int? { bits }
    var blockSize: Int? { nil }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        let largest = token.largestFiniteMagnitude(in: 0..<token.count, report: &report)
        let point = FixedPointFormat.fractionBits(covering: largest, wordBits: bits)
        let step = Float(sign: .plus, exponent: -min(max(point, -100), 120), significand: 1)
        scales[0] = step
        let highest = Float((1 << (bits - 1)) - 1)
        for column in token.indices {
            let value = token[column]
            let steps = value.isNaN ? 0 : (value / step).rounded(.toNearestOrEven)
            let held = min(max(steps, -highest - 1), highest)
            codes[column] = Int16(held)
            guard held != steps, value.isFinite else { continue }
            report.activationClips.count += 1
            report.activationClips.worstExcess = max(
                report.activationClips.worstExcess, Double((value - held * step).magnitude))
        }
        report.activationClips.total += token.count
    }
}
