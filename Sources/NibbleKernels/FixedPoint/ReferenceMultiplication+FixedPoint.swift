extension ReferenceMultiplication {
    /// The plain twin of ``FixedPointProduct/multiply(_:tokenCount:into:pool:)``, equal code for code.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if `codes` aren't tokenCount × columns.
    public static func multiply(
        _ product: FixedPointProduct, codes: [Int16], tokenCount: Int
    ) throws(KernelError) -> (output: [Int16], report: KernelReport) {
        let (rows, columns) = (product.weights.shape.rows, product.weights.shape.columns)
        let outputCount = tokenCount.multipliedReportingOverflow(by: rows)
        try product.check(codes.count, outputCount.partialValue, tokenCount: tokenCount)
        var report = KernelReport()
        var overflows = ChannelOverflows(channelCount: rows)
        var output: [Int16] = []
        for token in 0..<tokenCount {
            let input = codes[token * columns..<(token + 1) * columns].map {
                Int64($0) - Int64(product.inputZeroPoint)
            }
            for row in 0..<rows {
                let sum = sum(product, row: row, input, &report.accumulatorOverflows, &overflows)
                let requantization = product.requantization[product.requantization.count == 1 ? 0 : row]
                output.append(Int16(requantization.code(of: Int32(sum))))
            }
        }
        if report.accumulatorOverflows.count > 0 { report.channelOverflows = overflows }
        return (output, report)
    }

    private static func sum(
        _ product: FixedPointProduct, row: Int, _ input: [Int64], _ tally: inout KernelReport.Tally,
        _ overflows: inout ChannelOverflows
    ) -> Int64 {
        var register = SimulatedRegister(product.accumulator)
        var magnitude: Int64 = 0
        let before = tally.count
        for (column, code) in product.weights.codes(row: row).enumerated() {
            let zeroPoint = product.weights.grid(row: row, column: column)?.zeroPoint ?? 0
            let weight = Int64(code - zeroPoint)
            register.add(weight * input[column], tally: &tally)
            magnitude += abs(weight)
            tally.total += 1
        }
        overflows.counts[row] += tally.count - before
        overflows.peak = max(overflows.peak, register.peak)
        overflows.bound = max(overflows.bound, magnitude * (input.map(abs).max() ?? 0))
        return register.content
    }
}
