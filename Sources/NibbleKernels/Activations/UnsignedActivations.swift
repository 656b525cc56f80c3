/// Dynamic bytes without a sign, one scale and zero point per token, as ONNX's DynamicQuantizeLinear: with lo = min(a, 0) and
/// hi = max(a, 0), scale = (hi − lo) ÷ 255, z = round half to even (−lo ÷ scale) and q = round half to even (a ÷ scale) + z, held
/// within 0 … 255; activation ≈ scale · (q − z).
///
/// Codes are q − z. Zeros alone have scale 1 and z = 0, as in ONNX Runtime (Numerics §5.3).
struct UnsignedActivations: ActivationScheme {
    var name: String { "uint8-token" }
    var summary: String { "dynamic bytes with a zero point, one scale per token" }
    var codeBits: Int? { 9 }
    var blockSize: Int? { nil }

    /// The grid of one token.
    static func grid(of values: UnsafeBufferPointer<Float>) -> CodeGrid {
        let range = RangeSearch.extremes(values)
        let extent = range.upper - range.lower
        let scale = extent == .infinity ? range.upper / 255 - range.lower / 255 : extent / 255
        guard scale.isNormal else {
            return CodeGrid(scale: 1, zeroPoint: 0, lowestCode: 0, highestCode: 255)
        }
        let zeroPoint = min(max(roundedHalfToEven(-range.lower / scale), 0), 255)
        return CodeGrid(scale: scale, zeroPoint: Int32(zeroPoint), lowestCode: 0, highestCode: 255)
    }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        _ = token.largestFiniteMagnitude(in: token.indices, report: &report)
        let grid = Self.grid(of: token)
        scales[0] = grid.scale
        let rounder = CodeRounder(grid: grid, mode: .halfToEven)
        for (column, value) in token.enumerated() {
            codes[column] = Int16(rounder.code(value) - grid.zeroPoint)
        }
        report.activationClips.total += token.count
    }
}
