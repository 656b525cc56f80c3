extension PackedMatrix {
    /// Multiplies activations by the matrix: y[t, r] = Σ_k a[t, k] · w[r, k].
    ///
    /// Weights are read in their packed form or the run-time layout that replaces it. With an integer activation scheme the
    /// products of codes, a · (w − zeroPoint), are summed in whole numbers from left to right in the accumulator, which starts
    /// at zero for each segment (the columns that share a weight scale and an activation scale); the segments' sums are scaled
    /// and added in f32. With float activations rows are decoded. Results don't depend on the number of threads. Without
    /// overflow the error against exact arithmetic is at most (K + 16) · 2⁻²⁴ · Σ|w·a|.
    ///
    /// For one product; a ``LayerOperator`` looks the scheme up once for many.
    /// - Parameters:
    ///   - activations: tokenCount × columns numbers, token after token.
    ///   - output: tokenCount × rows numbers, token after token.
    ///   - arithmetic: How codes are multiplied; nil for the format's own default.
    /// - Returns: Counters of activation clips, accumulator overflows and non-finite values.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit, ``KernelError/unknownName(_:)`` or
    ///   ``KernelError/unsupported(_:)`` for an arithmetic that the format cannot be used with.
    @discardableResult
    public func multiply(
        _ activations: Span<Float>, tokenCount: Int, into output: inout MutableSpan<Float>,
        arithmetic: Arithmetic? = nil, pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        try LayerOperator(weights: self, arithmetic: arithmetic)
            .apply(activations, tokenCount: tokenCount, into: &output, pool: pool)
    }

    /// The layout that the fast loops read, made when first asked for; nil where memory is short.
    func runtimeLayout(_ interleaving: Interleaving, pool: WorkPool) -> InterleavedMatrix? {
        if let tiles = storage.tiles { return tiles }
        guard let format = format as? any InterleavedCoded else { return nil }
        return storage.tiles { rows throws(KernelError) in
            let bytesPerRow = layout.bytesPerRow
            return try InterleavedMatrix(format, context, interleaving, pool: pool) { row in
                UnsafeRawBufferPointer(start: rows.base + row * bytesPerRow, count: bytesPerRow)
            }
        }
    }
}

extension Int {
    /// Whether this many runs of `length` are `count` in all.
    func fits(_ count: Int, of length: Int) -> Bool {
        let (product, overflow) = multipliedReportingOverflow(by: length)
        return self >= 0 && !overflow && product == count
    }
}
