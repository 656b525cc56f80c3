extension PackedMatrix {
    /// Multiplies activations by the matrix: y[t, r] = Σ_k a[t, k] · w[r, k].
    ///
    /// Weights are read in their packed form or the run-time layout that replaces it. With an integer activation scheme the
    /// products of codes, a · (w − zeroPoint), are summed in whole numbers from left to right in the accumulator, which starts
    /// at zero for each segment (the columns that share a weight scale and an activation scale); the segments' sums are scaled
    /// and added in f32. With float activations rows are decoded. Results don't depend on the number of threads. Without
    /// overflow the error against exact arithmetic is at most (K + 16) · 2⁻²⁴ · Σ|w·a|.
    /// - Parameters:
    ///   - activations: tokenCount × columns numbers, token after token.
    ///   - output: tokenCount × rows numbers, token after token.
    /// - Returns: Counters of activation clips, accumulator overflows and non-finite values.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit.
    @discardableResult
    public func multiply(
        _ activations: Span<Float>, tokenCount: Int, into output: inout MutableSpan<Float>,
        pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        guard tokenCount.fits(activations.count, of: shape.columns),
            tokenCount.fits(output.count, of: shape.rows)
        else {
            throw .shapeMismatch(
                "A \(shape.rows) × \(shape.columns) matrix cannot multiply \(activations.count) activations of "
                    + "\(tokenCount) tokens into \(output.count) outputs.")
        }
        let scheme = try ActivationCatalogue.scheme(named: encoding.activation)
        return activations.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { target in
                multiply(input, tokenCount: tokenCount, into: target, scheme: scheme, pool: pool)
            }
        }
    }

    private func multiply(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        scheme: any ActivationScheme, pool: WorkPool
    ) -> KernelReport {
        let product = Product(
            matrix: self, input: input, output: output, tokenCount: tokenCount, pool: pool)
        guard shape.elementCount > 0, tokenCount > 0 else { return product.general(scheme: scheme) }
        guard !scheme.roundsFloats else {
            return rounding(input, tokenCount: tokenCount, scheme: scheme) {
                multiply($0, tokenCount: tokenCount, into: output, scheme: FloatActivations(), pool: pool)
            }
        }
        guard scheme.codeBits != nil else {
            let tiles = runtimeLayout(pool: pool)
            if tokenCount >= FloatTiles.tokensTogether || tiles != nil { return product.float(tiles) }
            return product.general(scheme: scheme)
        }
        guard scheme.isByteCoded, let segmentLength = context.safeSegmentLength(of: format, scheme: scheme),
            let tiles = runtimeLayout(pool: pool)
        else { return product.general(scheme: scheme) }
        return product.bytes(tiles, scheme: scheme, segmentLength: segmentLength)
    }

    /// Calls `body` with the activations as a scheme rounds them.
    private func rounding(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, scheme: any ActivationScheme,
        _ body: (UnsafeBufferPointer<Float>) -> KernelReport
    ) -> KernelReport {
        let rounded = UnsafeMutableBufferPointer<Float>.allocate(capacity: input.count)
        defer { rounded.deallocate() }
        rounded.initialize(repeating: 0)
        var report = KernelReport()
        for token in 0..<tokenCount {
            let range = token * shape.columns..<(token + 1) * shape.columns
            scheme.round(
                UnsafeBufferPointer(rebasing: input[range]),
                into: UnsafeMutableBufferPointer(rebasing: rounded[range]), report: &report)
        }
        report.add(body(UnsafeBufferPointer(rounded)))
        return report
    }

    /// The layout that the fast loops read, made when first asked for; nil where the format has none, where it would take
    /// notably more memory than the packed rows, or where memory is short.
    private func runtimeLayout(pool: WorkPool) -> InterleavedMatrix? {
        if let tiles = storage.tiles { return tiles }
        guard let format = format as? any InterleavedCoded,
            let interleaving = context.interleaving(of: format)
        else { return nil }
        return storage.tiles { rows throws(KernelError) in
            let bytesPerRow = layout.bytesPerRow
            return try InterleavedMatrix(format, context, interleaving, pool: pool) { row in
                UnsafeRawBufferPointer(start: rows.base + row * bytesPerRow, count: bytesPerRow)
            }
        }
    }
}

extension RowContext {
    /// Columns of a segment, if no sum of them can leave the accumulator, whatever the codes.
    func safeSegmentLength(of format: any NumericFormat, scheme: any ActivationScheme) -> Int? {
        guard let coded = format as? any IntegerCoded, encoding.accumulator.bits == 32 else { return nil }
        let columns = layout.shape.columns
        let length = min(layout.groupSize, scheme.blockSize ?? columns, columns)
        // Zero points let numbers reach twice the range of their codes.
        let largest = Int64(1) << Int64(coded.numberBits + 1)
        return Int64(length) * largest * 127 <= encoding.accumulator.range.upperBound ? length : nil
    }

    /// How rows are laid out for the fast loops; nil where the format has no such layout, or where it would take notably more
    /// memory than the packed rows.
    func interleaving(of format: any NumericFormat) -> Interleaving? {
        guard let interleaving = (format as? any InterleavedCoded)?.interleaving(self) else { return nil }
        let size = InterleavedMatrix.byteCount(layout, interleaving)
        return Double(size) <= 1.1 * Double(layout.byteCount) + 4096 ? interleaving : nil
    }
}

extension Int {
    /// Whether this many runs of `length` are `count` in all.
    func fits(_ count: Int, of length: Int) -> Bool {
        let (product, overflow) = multipliedReportingOverflow(by: length)
        return self >= 0 && !overflow && product == count
    }
}
