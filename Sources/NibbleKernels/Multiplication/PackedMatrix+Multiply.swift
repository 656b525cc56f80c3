extension PackedMatrix {
    /// Multiplies activations by the matrix: y[t, r] = Σ_k a[t, k] · w[r, k].
    ///
    /// Weights are read in their packed form. With an integer activation scheme the products of codes, a · (w − zeroPoint),
    /// are summed in whole numbers from left to right in the simulated accumulator, which starts at zero for each segment
    /// (the columns that share a weight scale and an activation scale); the segments' sums are scaled and added in f32.
    /// With float activations rows are decoded. Results don't depend on the number of threads. Without overflow the error
    /// against exact arithmetic is at most (K + 16) · 2⁻²⁴ · Σ|w·a|.
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

extension Int {
    /// Whether this many runs of `length` are `count` in all.
    func fits(_ count: Int, of length: Int) -> Bool {
        let (product, overflow) = multipliedReportingOverflow(by: length)
        return self >= 0 && !overflow && product == count
    }
}
