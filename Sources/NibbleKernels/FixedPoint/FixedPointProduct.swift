/// A matrix product from input codes to output codes in whole numbers alone.
///
/// out[t, r] = clamp(round(Σ_k (a[t, k] − z) · w[r, k] · M_r) + z_out): the products are summed from left to right in the
/// accumulator and requantized by the row's ``Requantization``. No floating-point number lies between input and output
/// codes; the multipliers were split into integers when this was made.
public struct FixedPointProduct: Sendable {
    /// The weights; one scale for each row or for the tensor.
    public let weights: PackedMatrix
    /// The register in which products are summed.
    public let accumulator: Accumulator
    /// One for each row, or one for all.
    public let requantization: [Requantization]
    /// The input code of zero.
    public let inputZeroPoint: Int16

    private let format: any IntegerCoded

    /// A product with given multipliers.
    ///
    /// - Parameters:
    ///   - weights: rows × columns codes of whole numbers whose rows have one scale.
    ///   - requantization: one for each row, or one for all; output codes must fit 16 bits.
    ///   - inputZeroPoint: z, subtracted from every input code.
    ///   - accumulator: The register in which products are summed.
    /// - Throws: ``KernelError/unsupported(_:)`` if the weights have several scales in a row or no whole numbers, if
    ///   output codes are wider than 16 bits, or for a register that cannot be simulated; ``KernelError/shapeMismatch(_:)`` for another number of multipliers.
    public init(
        weights: PackedMatrix, requantization: [Requantization], inputZeroPoint: Int16 = 0,
        accumulator: Accumulator = .wide
    ) throws(KernelError) {
        guard let format = weights.format as? any IntegerCoded, !format.hasMinima,
            weights.layout.groupSize >= weights.shape.columns
        else {
            throw .unsupported(
                "\(weights.format.name) weights cannot be multiplied from codes to codes: choose fixed point, or "
                    + "integers with one scale per channel or tensor.")
        }
        guard requantization.count == 1 || requantization.count == weights.shape.rows else {
            throw .shapeMismatch(
                "\(requantization.count) multipliers don't fit \(weights.shape.rows) rows: give one, or one a row."
            )
        }
        let codes = Int32(Int16.min)...Int32(Int16.max)
        guard
            requantization.allSatisfy({
                codes.contains($0.range.lowerBound) && codes.contains($0.range.upperBound)
            })
        else { throw .unsupported("Output codes must fit 16 bits: choose a smaller range.") }
        try weights.format.check(Arithmetic(accumulator: accumulator))
        (self.weights, self.format, self.inputZeroPoint) = (weights, format, inputZeroPoint)
        (self.requantization, self.accumulator) = (requantization, accumulator)
    }

    /// A product whose multipliers follow from scales: M_r = input scale · scale of row r / output scale.
    ///
    /// With powers of two, as in fixed point, every multiplier is a mere shift.
    /// - Throws: as the other initializer, and ``KernelError/unsupported(_:)`` for a multiplier that cannot be split.
    public init(
        weights: PackedMatrix, inputScale: Double, outputScale: Double,
        rounding: Requantization.Rounding = .double, inputZeroPoint: Int16 = 0, outputZeroPoint: Int32 = 0,
        range: ClosedRange<Int32> = Requantization.signedBytes, accumulator: Accumulator = .wide
    ) throws(KernelError) {
        var multipliers: [Requantization] = []
        for row in 0..<(weights.shape.columns > 0 ? weights.shape.rows : 0) {
            let scale = weights.grid(row: row, column: 0)?.scale ?? .nan
            multipliers.append(
                try Requantization(
                    inputScale: inputScale, weightScale: Double(scale), outputScale: outputScale,
                    rounding: rounding, zeroPoint: outputZeroPoint, range: range))
        }
        if multipliers.isEmpty {
            multipliers = [try Requantization(multiplier: 0, zeroPoint: outputZeroPoint, range: range)]
        }
        try self.init(
            weights: weights, requantization: multipliers, inputZeroPoint: inputZeroPoint,
            accumulator: accumulator)
    }

    /// Multiplies codes: out[t, r] from a[t, k].
    ///
    /// - Parameters:
    ///   - codes: tokenCount × columns input codes, token after token; less the zero point they must fit 16 bits.
    ///   - output: tokenCount × rows output codes, token after token.
    /// - Returns: The accumulator's overflows.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit; ``KernelError/unsupported(_:)`` for a code that
    ///   leaves 16 bits without the zero point.
    @discardableResult
    public func multiply(
        _ codes: Span<Int16>, tokenCount: Int, into output: inout MutableSpan<Int16>, pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        try check(codes.count, output.count, tokenCount: tokenCount)
        let columns = weights.shape.columns
        let segments = Segments(columns: columns, groupSize: max(columns, 1), blockSize: max(columns, 1))
        let tokens = try QuantizedActivations(
            codes: codes, zeroPoint: inputZeroPoint, tokenCount: tokenCount, segments: segments)
        var report = KernelReport()
        output.withUnsafeMutableBufferPointer { target in
            let codes = SharedCodes(target: target)
            run(tokens, segments, tokenCount: tokenCount, codes, pool, &report)
        }
        return report
    }

    private func run(
        _ tokens: QuantizedActivations, _ segments: Segments, tokenCount: Int, _ output: SharedCodes,
        _ pool: WorkPool, _ report: inout KernelReport
    ) {
        let (rows, isShared) = (weights.shape.rows, requantization.count == 1)
        IntegerProduct(
            matrix: weights, format: format, segments: segments, tokens: tokens, tokenCount: tokenCount,
            accumulator: accumulator, pool: pool
        ).run(&report) { [requantization] _, row, token, sums in
            let sum = segments.count > 0 ? sums[0] : 0
            output.target[token * rows + row] = Int16(requantization[isShared ? 0 : row].code(of: sum))
        }
    }

    func check(_ inputCount: Int, _ outputCount: Int, tokenCount: Int) throws(KernelError) {
        guard tokenCount.fits(inputCount, of: weights.shape.columns),
            tokenCount.fits(outputCount, of: weights.shape.rows)
        else {
            throw .shapeMismatch(
                "A \(weights.shape.rows) × \(weights.shape.columns) matrix cannot multiply \(inputCount) codes of "
                    + "\(tokenCount) tokens into \(outputCount) codes.")
        }
    }

    /// Output codes of which every thread writes its own.
    private struct SharedCodes: @unchecked Sendable {
        let target: UnsafeMutableBufferPointer<Int16>
    }
}
