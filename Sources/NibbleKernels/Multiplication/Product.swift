import Synchronization

/// One product under way: where numbers come from and go to.
struct Product: @unchecked Sendable {
    let matrix: PackedMatrix
    let input: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    private var columns: Int { matrix.shape.columns }
    private var rows: Int { matrix.shape.rows }
    /// Rows worth waking another thread for: about 2¹⁶ multiplications.
    private var rowsPerChunk: Int { max(8, (1 << 16) / max(columns * tokenCount, 1)) }

    /// Decodes each row once and multiplies it with every token.
    func float() -> KernelReport {
        var report = KernelReport()
        _ = input.largestFiniteMagnitude(in: input.indices, report: &report)
        pool.runRanges(total: rows, minimumLength: rowsPerChunk) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(columns, 1)) { space in
                let weights = UnsafeMutableBufferPointer(rebasing: space[..<columns])
                for row in range { multiply(row: row, decodedInto: weights) }
            }
        }
        countNonFiniteOutputs(&report)
        return report
    }

    private func multiply(row: Int, decodedInto weights: UnsafeMutableBufferPointer<Float>) {
        matrix.decode(row: row, into: weights)
        guard let first = weights.baseAddress else { return }
        let kernels = InnerLoops.best
        for token in 0..<tokenCount {
            let start = input.baseAddress.map { $0 + token * columns }
            output[token * rows + row] = start.map { kernels.pointee.dot_f32(first, $0, columns) } ?? 0
        }
    }

    /// Sums products of codes in whole numbers.
    func integer(scheme: any ActivationScheme, format: any IntegerCoded) -> KernelReport {
        var report = KernelReport()
        let segments = Segments(
            columns: columns, groupSize: matrix.layout.groupSize, blockSize: scheme.blockSize ?? columns)
        let tokens = QuantizedActivations(
            input, tokenCount: tokenCount, segments: segments, scheme: scheme, report: &report)
        let largest = tokens.largestCode
        let overflows = Mutex(KernelReport.Tally())
        pool.runRanges(total: rows, minimumLength: rowsPerChunk) { range in
            var tally = KernelReport.Tally()
            let row = RowProduct(matrix, segments: segments, largestActivation: largest)
            for index in range {
                row.load(format, matrix, row: index)
                for first in stride(from: 0, to: tokenCount, by: 4) {
                    multiply(row, index, tokens, first: first, tally: &tally)
                }
            }
            overflows.withLock { $0.add(tally) }
        }
        report.accumulatorOverflows = overflows.withLock { $0 }
        countNonFiniteOutputs(&report)
        return report
    }

    /// Up to four tokens from `first` on, together if there are four.
    private func multiply(
        _ row: RowProduct, _ index: Int, _ tokens: QuantizedActivations, first: Int,
        tally: inout KernelReport.Tally
    ) {
        let count = min(4, tokenCount - first)
        let step = count == 4 ? 4 : 1
        for token in stride(from: first, to: first + count, by: step) {
            row.multiply(tokens, first: token, count: step, tally: &tally) {
                output[$0 * rows + index] = $1
            }
        }
    }

    private func countNonFiniteOutputs(_ report: inout KernelReport) {
        _ = UnsafeBufferPointer(output).largestFiniteMagnitude(in: output.indices, report: &report)
    }
}
