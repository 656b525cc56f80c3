import CNibbleKernels
import Synchronization

extension PackedMatrix {
    /// Multiplies activations by the matrix: y[t, r] = Σ_k a[t, k] · w[r, k].
    ///
    /// Weights are read in their packed form. With an integer activation scheme the products of codes are summed in
    /// whole numbers, in the simulated accumulator, and scaled once per segment (the columns that share a weight scale and
    /// an activation scale); with float activations rows are decoded. Results don't depend on the number of threads.
    /// - Parameters:
    ///   - activations: tokenCount × columns numbers, token after token.
    ///   - output: tokenCount × rows numbers, token after token.
    /// - Returns: Counters of activation clips, accumulator overflows and non-finite values.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit.
    @discardableResult
    public func multiply(
        _ activations: Span<Float>, tokenCount: Int, into output: inout MutableSpan<Float>, pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        guard tokenCount >= 0, activations.count == tokenCount * shape.columns, output.count == tokenCount * shape.rows
        else {
            throw .shapeMismatch(
                "A \(shape.rows) × \(shape.columns) matrix cannot multiply \(activations.count) activations of "
                    + "\(tokenCount) tokens into \(output.count) outputs.")
        }
        let scheme = try ActivationCatalogue.scheme(named: encoding.activation)
        return activations.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { target in
                let product = Product(
                    matrix: self, input: input, output: target, tokenCount: tokenCount, pool: pool)
                if scheme.codeBits != nil, let coded = format as? any IntegerCoded {
                    return product.integer(scheme: scheme, format: coded)
                }
                return product.float()
            }
        }
    }
}

/// One product under way: where numbers come from and go to.
struct Product: @unchecked Sendable {
    let matrix: PackedMatrix
    let input: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    private var columns: Int { matrix.shape.columns }
    private var rows: Int { matrix.shape.rows }

    /// Decodes each row once and multiplies it with every token.
    func float() -> KernelReport {
        var report = KernelReport()
        _ = input.largestFiniteMagnitude(in: input.indices, report: &report)
        pool.runRanges(total: rows, minimumLength: 16) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { weights in
                for row in range {
                    matrix.decode(row: row, into: weights)
                    for token in 0..<tokenCount {
                        let start = input.baseAddress.map { $0 + token * columns }
                        output[token * rows + row] = nibble_kernels().pointee.dot_f32(weights.baseAddress, start, columns)
                    }
                }
            }
        }
        countNonFiniteOutputs(&report)
        return report
    }

    /// Sums products of codes in whole numbers.
    func integer(scheme: any ActivationScheme, format: any IntegerCoded) -> KernelReport {
        var report = KernelReport()
        let tokens = QuantizedActivations(input, tokenCount: tokenCount, columns: columns, scheme: scheme, report: &report)
        let segments = Segments(columns: columns, groupSize: matrix.layout.groupSize, blockSize: tokens.blockSize)
        let overflows = Mutex(KernelReport.Tally())
        pool.runRanges(total: rows, minimumLength: 8) { range in
            var tally = KernelReport.Tally()
            var row = RowProduct(
                columns: columns, groups: matrix.layout.groupsPerRow, segments: segments,
                accumulator: matrix.encoding.accumulator)
            for index in range {
                row.load(format, matrix, row: index)
                for token in 0..<tokenCount {
                    output[token * rows + index] = row.multiply(tokens, token: token, tally: &tally)
                }
            }
            overflows.withLock { $0.add(tally) }
        }
        report.accumulatorOverflows = overflows.withLock { $0 }
        countNonFiniteOutputs(&report)
        return report
    }

    private func countNonFiniteOutputs(_ report: inout KernelReport) {
        for value in output where value.magnitude == .infinity || value.isNaN { report.nonFiniteValues.count += 1 }
        report.nonFiniteValues.total += output.count
    }
}
