/// Dynamic int8: scale = max|a| ÷ 127 for a token or a block, code = round half to even (a ÷ scale).
///
/// Blocks of 32 are what llama.cpp multiplies GGUF weights with (Q8_0): their scale is rounded to f16 after the codes
/// are chosen. A whole token keeps an f32 scale. Nothing clips, as the scale follows the largest magnitude.
struct Int8Activations: ActivationScheme {
    let blockSize: Int?

    var name: String { blockSize.map { "int8-block\($0)" } ?? "int8-token" }
    var summary: String { "dynamic int8, one scale per \(blockSize.map { "block of \($0)" } ?? "token")" }
    var codeBits: Int? { 8 }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        let size = blockSize ?? max(token.count, 1)
        for block in 0..<(token.count + size - 1) / size {
            let columns = block * size..<min((block + 1) * size, token.count)
            let largest = token.largestFiniteMagnitude(in: columns, report: &report)
            let scale = largest / 127
            scales[block] = blockSize == nil ? scale : Float(Float16(scale))
            let inverse = scale > 0 ? 1 / scale : 0
            for column in columns {
                let steps = token[column] * inverse
                let held = steps.isNaN ? 0 : min(max(steps, -127), 127)
                codes[column] = Int16(roundedHalfToEven(held))
            }
        }
        report.activationClips.total += token.count
    }
}

extension UnsafeBufferPointer where Element == Float {
    /// The largest finite magnitude of some columns; NaN and infinities are counted.
    func largestFiniteMagnitude(in columns: Range<Int>, report: inout KernelReport) -> Float {
        var largest: Float = 0
        for column in columns {
            let magnitude = self[column].magnitude
            if magnitude < .infinity { largest = Swift.max(largest, magnitude) } else { report.nonFiniteValues.count += 1 }
        }
        report.nonFiniteValues.total += columns.count
        return largest
    }
}
