/// Dynamic int8 in blocks of 256, as llama.cpp multiplies K-quants (Q8_K): with m the activation of largest magnitude, the first on
/// ties, code = round half to even (a · (−127 ÷ m)), scale = 1 ÷ (−127 ÷ m) in f32.
///
/// The scale has the sign that m hasn't, so that m's code is −127 (Numerics §6). Nothing clips. A block whose inverse scale is beyond
/// f32 counts as zeros.
struct SuperBlockActivations: ActivationScheme {
    private static let size = 256

    var name: String { "int8-block256" }
    var summary: String { "dynamic int8, one f32 scale per block of 256" }
    var codeBits: Int? { 8 }
    var isByteCoded: Bool { true }
    var blockSize: Int? { Self.size }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        guard let values = token.baseAddress, let target = codes.baseAddress else { return }
        for (block, start) in stride(from: 0, to: token.count, by: Self.size).enumerated() {
            let columns = start..<min(start + Self.size, token.count)
            let largest = token.largestFiniteMagnitude(in: columns, report: &report)
            // A negative zero would give zeros a scale of their own.
            let inverse = largest == 0 ? 0 : -127 / Self.signed(largest, token[columns])
            let isUsable = inverse != 0 && inverse.isFinite
            scales[block] = isUsable ? 1 / inverse : 0
            InnerLoops.best.pointee.quantize_i8(
                values + start, columns.count, isUsable ? inverse : 0, target + start)
        }
        report.activationClips.total += token.count
    }

    /// The first value with a magnitude.
    private static func signed(_ magnitude: Float, _ values: Slice<UnsafeBufferPointer<Float>>) -> Float {
        values.first { $0.magnitude == magnitude } ?? magnitude
    }
}
