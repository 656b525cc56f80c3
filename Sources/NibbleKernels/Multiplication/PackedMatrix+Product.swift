extension PackedMatrix {
    /// The product of activations by the matrix, y[t, r] = Σ_k a[t, k] · w[r, k], in memory of its own.
    ///
    /// - Parameters:
    ///   - activations: tokenCount × columns numbers, token after token.
    ///   - arithmetic: How codes are multiplied; nil for the format's own default.
    /// - Returns: tokenCount × rows numbers, token after token, and what ``multiply(_:tokenCount:into:arithmetic:pool:)`` counts.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit, ``KernelError/outOfMemory(_:)``, ``KernelError/unknownName(_:)``
    ///   or ``KernelError/unsupported(_:)`` for an arithmetic that the format cannot be used with.
    public func product(
        _ activations: Span<Float>, tokenCount: Int = 1, arithmetic: Arithmetic? = nil,
        pool: WorkPool = .shared
    ) throws(KernelError) -> (output: [Float], report: KernelReport) {
        let (count, overflow) = tokenCount.multipliedReportingOverflow(by: shape.rows)
        guard tokenCount >= 0, !overflow, count < 1 << 48 else {
            throw .shapeMismatch("The outputs of \(tokenCount) tokens and \(shape.rows) rows fit no memory.")
        }
        try MachineMemory.check(
            count * MemoryLayout<Float>.stride, for: "The output of \(tokenCount) tokens")
        var output = [Float](repeating: 0, count: count)
        var span = output.mutableSpan
        let report = try multiply(
            activations, tokenCount: tokenCount, into: &span, arithmetic: arithmetic, pool: pool)
        return (output, report)
    }
}
