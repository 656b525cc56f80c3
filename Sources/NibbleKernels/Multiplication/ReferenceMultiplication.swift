/// The plain twin of ``PackedMatrix/multiply(_:tokenCount:into:arithmetic:pool:)``: one number after the other, for comparison.
///
/// It reads codes and grids through the format's public functions, not through the kernels' unpacking. With an integer
/// scheme its results are equal bit for bit; with float activations it sums in f64 and is only near.
public enum ReferenceMultiplication {
    /// The same of a span.
    public static func multiply(
        _ matrix: PackedMatrix, activations: Span<Float>, tokenCount: Int, arithmetic: Arithmetic? = nil
    ) throws(KernelError) -> (output: [Float], report: KernelReport) {
        let copy = activations.withUnsafeBufferPointer { Array($0) }
        return try multiply(matrix, activations: copy, tokenCount: tokenCount, arithmetic: arithmetic)
    }

    /// y[t, r] = Σ_k a[t, k] · w[r, k] and what was counted on the way.
    ///
    /// - Parameter arithmetic: How codes are multiplied; nil for the format's own default.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if `activations` aren't tokenCount × columns numbers,
    ///   ``KernelError/unknownName(_:)`` or ``KernelError/unsupported(_:)`` for an arithmetic that the format cannot be used
    ///   with.
    public static func multiply(
        _ matrix: PackedMatrix, activations: [Float], tokenCount: Int, arithmetic: Arithmetic? = nil
    ) throws(KernelError) -> (output: [Float], report: KernelReport) {
        guard tokenCount.fits(activations.count, of: matrix.shape.columns) else {
            throw .shapeMismatch(
                "\(activations.count) activations are not \(tokenCount) tokens of \(matrix.shape.columns) each."
            )
        }
        let arithmetic = arithmetic ?? matrix.format.defaultArithmetic
        let scheme = try matrix.format.scheme(of: arithmetic)
        var report = KernelReport()
        var overflows = ChannelOverflows(channelCount: matrix.shape.rows)
        var output: [Float] = []
        let columns = matrix.shape.columns
        let outliers = activations.withUnsafeBufferPointer { values in
            scheme.outlierThreshold.map {
                OutlierColumns(values, tokenCount: tokenCount, threshold: $0).columns
            } ?? []
        }
        for token in 0..<tokenCount {
            let given = Array(activations[token * columns..<(token + 1) * columns])
            let values = scheme.roundsFloats ? rounded(given, scheme, &report) : given
            let coded = scheme.codeBits == nil ? nil : matrix.format as? any IntegerCoded
            let quantized = QuantizedToken(values, scheme: scheme, outliers: outliers, report: &report)
            for row in 0..<matrix.shape.rows {
                var result =
                    coded.map {
                        integer(
                            matrix, $0, row: row, quantized, arithmetic.accumulator, &report, &overflows)
                    }
                    ?? float(matrix, row: row, values)
                let weights = outliers.isEmpty ? [] : matrix.decode(row: row)
                for column in outliers where !values[column].isNaN {
                    result.addProduct(values[column], weights[column])
                }
                output.append(result)
            }
        }
        if report.accumulatorOverflows.count > 0 { report.channelOverflows = overflows }
        return (output, report)
    }

    private static func rounded(
        _ values: [Float], _ scheme: any ActivationScheme, _ report: inout KernelReport
    ) -> [Float] {
        var rounded = values
        values.withUnsafeBufferPointer { values in
            rounded.withUnsafeMutableBufferPointer { scheme.round(values, into: $0, report: &report) }
        }
        return rounded
    }

    private static func float(_ matrix: PackedMatrix, row: Int, _ values: [Float]) -> Float {
        Float(zip(matrix.decode(row: row), values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }

    private static func integer(
        _ matrix: PackedMatrix, _ format: any IntegerCoded, row: Int, _ token: QuantizedToken,
        _ accumulator: Accumulator, _ report: inout KernelReport, _ overflows: inout ChannelOverflows
    ) -> Float {
        let codes = matrix.codes(row: row)
        let length = min(matrix.layout.groupSize, token.blockSize)
        var total: Float = 0
        for start in stride(from: 0, to: codes.count, by: max(length, 1)) {
            var register = SimulatedRegister(accumulator)
            var activations: Int32 = 0
            var (magnitude, largest): (Int64, Int64) = (0, 0)
            let before = report.accumulatorOverflows.count
            var (scale, minimum): (Float, Float) = (0, 0)
            for column in start..<min(start + length, codes.count) {
                let weight = matrix.withBytes(row: row) {
                    format.number(row: $0, context: matrix.context, column: column, code: codes[column])
                }
                (scale, minimum) = (weight.scale, weight.minimum)
                register.add(
                    Int64(weight.number) * Int64(token.codes[column]), tally: &report.accumulatorOverflows)
                activations += Int32(token.codes[column])
                magnitude += Int64(weight.number.magnitude)
                largest = max(largest, Int64(token.codes[column].magnitude))
                report.accumulatorOverflows.total += 1
            }
            overflows.counts[row] += report.accumulatorOverflows.count - before
            overflows.peak = max(overflows.peak, register.peak)
            overflows.bound = max(overflows.bound, magnitude * largest)
            let activationScale = token.scales[start / token.blockSize]
            total.addProduct(Float(register.content), scale * activationScale)
            guard format.hasMinima else { continue }
            total.addProduct(Float(activations) * activationScale, minimum)
        }
        return total
    }
}

/// One token's activations by a scheme: value ≈ code · scale of its block.
struct QuantizedToken {
    let blockSize: Int
    private(set) var codes: [Int16]
    private(set) var scales: [Float]

    init(
        _ values: [Float], scheme: any ActivationScheme, outliers: [Int] = [], report: inout KernelReport
    ) {
        blockSize = scheme.blockSize ?? max(values.count, 1)
        codes = [Int16](repeating: 0, count: values.count)
        scales = [Float](repeating: 0, count: max(1, (values.count + blockSize - 1) / blockSize))
        values.withUnsafeBufferPointer { values in
            codes.withUnsafeMutableBufferPointer { codes in
                scales.withUnsafeMutableBufferPointer { scales in
                    scheme.quantize(values, codes: codes, scales: scales, report: &report)
                }
            }
        }
        for column in outliers { codes[column] = 0 }
    }
}
