@testable import NibbleKernels

/// Products of given codes, by the loops that multiply packed integers.
enum WholeNumberProduct {
    /// sums[t, r] = Σ_k a[t, k] · w[r, k] of codes within 15 bits, in a register of 32 bits.
    static func sums(
        weights: [Int32], rows: Int, activations: [Int32], tokens: Int
    ) throws -> [Int32] {
        let columns = rows > 0 ? weights.count / rows : 0
        // Words of a binary point at 0 hold the codes themselves.
        let encoding = StorageEncoding(format: "fixed16", granularity: .tensor, rangeRule: .fractionBits(0))
        let source = try FloatMatrix(
            shape: MatrixShape(rows: rows, columns: columns), values: weights.map { Float($0) })
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        guard let format = packed.format as? any IntegerCoded, packed.allCodes == weights else {
            throw GoldenProblem("The weights aren't codes of 16 bits.")
        }
        let segments = Segments(columns: columns, groupSize: max(columns, 1), blockSize: max(columns, 1))
        let codes = activations.map { Int16($0) }
        let inputs = try QuantizedActivations(
            codes: codes.span, zeroPoint: 0, tokenCount: tokens, segments: segments)
        var report = KernelReport()
        var output = [Int32](repeating: 0, count: tokens * rows)
        output.withUnsafeMutableBufferPointer { target in
            let target = Target(values: target)
            IntegerProduct(
                matrix: packed, format: format, segments: segments, tokens: inputs, tokenCount: tokens,
                accumulator: .wide, pool: WorkPool(threadCount: 1)
            ).run(&report) { _, row, token, sums in target.values[token * rows + row] = sums[0] }
        }
        guard report.accumulatorOverflows.count == 0 else {
            throw GoldenProblem("A sum has left 32 bits.")
        }
        return output
    }

    private struct Target: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<Int32>
    }
}
