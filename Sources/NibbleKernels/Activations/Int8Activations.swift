import CNibbleKernels

/// Dynamic int8: scale = max|a| ÷ 127 for a token or a block, code = round half to even (a · (1 ÷ scale)).
///
/// Blocks of 32 are what llama.cpp multiplies GGUF weights with (Q8_0): their scale is rounded to f16 after the codes
/// are chosen. A whole token keeps an f32 scale. The scale follows the largest magnitude, so that nothing clips but in a
/// block beyond 127 · 65504, where an f16 scale ends. A scale below f32's normal range counts as 0.
struct Int8Activations: ByteQuantizing {
    let blockSize: Int?

    var name: String { blockSize.map { "int8-block\($0)" } ?? "int8-token" }
    var summary: String { "dynamic int8, one scale per \(blockSize.map { "block of \($0)" } ?? "token")" }
    var codeBits: Int? { 8 }
    var isByteCoded: Bool { true }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {
        guard let values = token.baseAddress, let target = codes.baseAddress else { return }
        let size = blockSize ?? max(token.count, 1)
        for block in 0..<(token.count + size - 1) / size {
            let columns = block * size..<min((block + 1) * size, token.count)
            let largest = token.largestFiniteMagnitude(in: columns, report: &report)
            let scale = blockSize == nil ? largest / 127 : min(largest / 127, 65504)
            let inverse = scale.isNormal ? 1 / scale : 0
            scales[block] = !scale.isNormal ? 0 : blockSize == nil ? scale : Float(Float16(scale))
            let start = columns.lowerBound
            InnerLoops.best.pointee.quantize_i8(values + start, columns.count, inverse, target + start)
            if largest / 127 > scale {
                countClips(token[columns], end: 127 * scale, &report.activationClips)
            }
        }
        report.activationClips.total += token.count
    }

    /// A token or blocks of 32; not a token with a block's scale beyond f16, whose clips have to be counted.
    func quantizeBytes(
        _ token: UnsafeBufferPointer<Float>, into target: ByteToken, report: inout KernelReport
    ) -> Bool {
        guard blockSize == nil || blockSize == 32, let values = token.baseAddress else { return false }
        let loops = InnerLoops.interleaved.pointee
        let places = nibble_token_target(
            codes: target.codes, sums: target.sums, scales: target.scales, products: target.products)
        let (count, chunks, length) = (token.count, target.chunks, target.unitLength)
        let strange =
            blockSize == nil
            ? Int(loops.quantize_token(values, count, chunks, length, places))
            : loops.quantize_blocks(values, count, chunks, length, places)
        guard strange >= 0 else { return false }
        report.nonFiniteValues.total += count
        report.nonFiniteValues.count += strange
        report.activationClips.total += count
        return true
    }

    private func countClips(
        _ values: Slice<UnsafeBufferPointer<Float>>, end: Float, _ tally: inout KernelReport.Tally
    ) {
        for value in values where value.isFinite && value.magnitude > end {
            tally.count += 1
            tally.worstExcess = max(tally.worstExcess, Double(value.magnitude) - Double(end))
        }
    }
}

extension UnsafeBufferPointer where Element == Float {
    /// The largest finite magnitude of some columns; NaN and infinities are counted.
    func largestFiniteMagnitude(in columns: Range<Int>, report: inout KernelReport) -> Float {
        report.nonFiniteValues.total += columns.count
        guard let start = baseAddress else { return 0 }
        var strange = 0
        let largest = InnerLoops.best.pointee.largest_magnitude(
            start + columns.lowerBound, columns.count, &strange)
        report.nonFiniteValues.count += strange
        return largest
    }
}
