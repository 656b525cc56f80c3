import CNibble
import NibbleKernels

/// See `nibble_matrix_multiply` in nibble.h.
@_cdecl("nibble_matrix_multiply")
public func matrixMultiply(
    _ matrix: OpaquePointer?, _ activations: UnsafePointer<Float>?, _ activationCount: UInt,
    _ tokenCount: UInt, _ outputs: UnsafeMutablePointer<Float>?, _ outputCount: UInt, _ pool: OpaquePointer?,
    _ report: UnsafeMutablePointer<nibble_report>?, _ message: UnsafeMutablePointer<CChar>?,
    _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let layer = try MatrixHandle.layer(matrix)
        let tokenCount = try Arguments.count(tokenCount, "token_count")
        let source = try Arguments.pointer(activations, "activations")
        let target = try Arguments.pointer(outputs, "outputs")
        try Arguments.places(activationCount, tokenCount, of: layer.shape.columns, "activation_count")
        try Arguments.places(outputCount, tokenCount, of: layer.shape.rows, "output_count")
        let input = UnsafeBufferPointer(start: source, count: Int(activationCount))
        let output = UnsafeMutableBufferPointer(start: target, count: Int(outputCount))
        guard !overlap(UnsafeRawBufferPointer(input), UnsafeRawBufferPointer(output)) else {
            throw CallError(argument: "The outputs overlap the activations: give them memory of their own.")
        }
        if let report { try check(report) }
        let counted = try library { () throws(KernelError) in
            try layer.apply(input, tokenCount: tokenCount, into: output, pool: PoolHandle.pool(pool))
        }
        if let report { write(counted, to: report) }
    }
}

private func overlap(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
    guard let a = first.baseAddress, let b = second.baseAddress else { return false }
    return a < b + second.count && b < a + first.count
}

private func check(_ report: UnsafeMutablePointer<nibble_report>) throws(CallError) {
    try Arguments.size(
        report.pointee.size, atLeast: MemoryLayout<nibble_report>.size, of: report, "nibble_report")
}

private func write(_ counted: KernelReport, to report: UnsafeMutablePointer<nibble_report>) {
    let size = report.pointee.size
    UnsafeMutableRawPointer(report).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    let (clips, overflows) = (counted.activationClips, counted.accumulatorOverflows)
    report.pointee = nibble_report(
        size: size,
        activation_clips: UInt64(clips.count), activations: UInt64(clips.total),
        largest_activation_excess: clips.worstExcess,
        accumulator_overflows: UInt64(overflows.count), additions: UInt64(overflows.total),
        largest_accumulator_excess: overflows.worstExcess,
        non_finite_values: UInt64(counted.nonFiniteValues.count),
        values: UInt64(counted.nonFiniteValues.total))
}
