import NibbleKernels

/// Figures of one weight matrix, and of its stored codes against it.
///
/// All functions are pure, run on the caller's thread, and ask for cancellation every few rows. To measure
/// speed, time a call in a release build: ``profile(of:sampleRows:cancellation:progress:)`` and
/// ``error(of:against:profile:sampleRows:cancellation:progress:)`` share nothing with encoding.
public enum WeightStatistics {
    /// Rows that are looked at for a first picture: enough for about a million weights.
    public static func sampleRowCount(for shape: MatrixShape) -> Int {
        max(16, (1 << 19) / max(1, shape.columns))
    }

    /// Counts the values of `matrix`: exactly for f16 and bf16, in fine bins with exact moments for f32 and
    /// f64.
    ///
    /// - Parameter sampleRows: looks at this many rows only, spread evenly; nil for all.
    /// - Throws: ``KernelError/cancelled``.
    public static func profile(
        of matrix: FloatMatrix, sampleRows: Int? = nil, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws(KernelError) -> WeightProfile {
        let selection = RowSelection(total: matrix.shape.rows, sampleRows: sampleRows)
        let sampled = selection.count * matrix.shape.columns
        guard matrix.storage.byteCount == 2 else {
            return try wideProfile(of: matrix, selection: selection, cancellation, progress)
        }
        var counter = SixteenBitCounter()
        try selection.forEach(cancellation: cancellation, progress: progress) {
            counter.add(matrix.storedRow($0))
        }
        let distribution = counter.distribution(
            storage: matrix.storage,
            weightsPerCount: sampled == 0 ? 1 : Double(matrix.shape.elementCount) / Double(sampled))
        let summary = Moments(distribution).summary(
            count: matrix.shape.elementCount, sampledCount: sampled, distribution: distribution)
        return WeightProfile(summary: summary, distribution: distribution)
    }

    private static func wideProfile(
        of matrix: FloatMatrix, selection: RowSelection, _ cancellation: Cancellation,
        _ progress: (@Sendable (Double) -> Void)?
    ) throws(KernelError) -> WeightProfile {
        var counter = WideValueCounter()
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: matrix.shape.columns)
        defer { buffer.deallocate() }
        try selection.forEach(cancellation: cancellation, progress: half(progress, from: 0)) { row in
            matrix.copyRow(row, into: buffer)
            counter.measure(UnsafeBufferPointer(buffer))
        }
        counter.finishMeasuring()
        try selection.forEach(cancellation: cancellation, progress: half(progress, from: 0.5)) { row in
            matrix.copyRow(row, into: buffer)
            counter.distribute(UnsafeBufferPointer(buffer))
        }
        for _ in 0..<RefinedBins.mostRounds {
            guard counter.beginRound() else { break }
            try selection.forEach(cancellation: cancellation) { row in
                matrix.copyRow(row, into: buffer)
                counter.measureBins(UnsafeBufferPointer(buffer))
            }
            counter.divideBins()
            try selection.forEach(cancellation: cancellation) { row in
                matrix.copyRow(row, into: buffer)
                counter.distributeBins(UnsafeBufferPointer(buffer))
            }
        }
        return counter.profile(
            count: matrix.shape.elementCount, sampledCount: selection.count * matrix.shape.columns)
    }

    /// Reports one of two passes.
    private static func half(
        _ progress: (@Sendable (Double) -> Void)?, from start: Double
    ) -> (@Sendable (Double) -> Void)? {
        guard let progress else { return nil }
        return { progress(start + $0 / 2) }
    }
}
