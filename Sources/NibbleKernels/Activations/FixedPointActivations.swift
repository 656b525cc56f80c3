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
        let step = FixedPointFormat.step(fractionBits: point)
        scales[0] = step
        let highest = Float((1 << (bits - 1)) - 1)
        for column in token.indices {
            let value = token[column]
            // Infinities end just beyond the codes, within what the fast rounding can express.
            let steps = value.isNaN ? 0 : min(max(value / step, -2 * highest - 2), 2 * highest + 2)
            let whole = roundedHalfToEven(steps)
            let held = min(max(whole, -highest - 1), highest)
            codes[column] = Int16(held)
            guard held != whole, value.isFinite else { continue }
            report.activationClips.count += 1
            let excess = abs(Double(value) - Double(held) * Double(step))
            report.activationClips.worstExcess = max(report.activationClips.worstExcess, excess)
        }
        report.activationClips.total += token.count
    }
}
