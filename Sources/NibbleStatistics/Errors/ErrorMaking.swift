import NibbleKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension EncodingError {
    /// Makes the figures from sums and code counts.
    ///
    /// - Parameters:
    ///   - rows: the sums of each row when only some were looked at, else empty.
    ///   - codeCounts: how often each code occurs; nil where codes aren't counted.
    ///   - bitsPerWeight: of the whole matrix.
    ///   - sampledRows: rows looked at.
    ///   - shape: of the whole matrix.
    init(
        _ sums: ErrorSums, rows: [ErrorSums], codeCounts: [Int]?, bitsPerWeight: Double, sampledRows: Int,
        shape: MatrixShape
    ) {
        let sampledCount = sampledRows * shape.columns
        let finite = sampledCount - sums.nonFinite
        meanSquaredError = finite == 0 ? 0 : sums.errorPower / Double(finite)
        if sums.errorPower == 0 {
            sqnrDecibel = .infinity
            relativeError = 0
        } else {
            sqnrDecibel = 10 * log10(sums.signalPower / sums.errorPower)
            relativeError = (sums.errorPower / sums.signalPower).squareRoot()
        }
        isExact = sampledCount == shape.elementCount
        let columns = Double(shape.columns)
        let isSampled = !isExact
        relativeErrorInterval = isSampled ? Self.relativeInterval(rows, total: shape.rows) : nil
        maximumError = sums.maximumError
        func tally(_ side: KeyPath<ErrorSums, ErrorSums.Clips>) -> ClipTally {
            let clips = sums[keyPath: side]
            return ClipTally(
                count: clips.count,
                fraction: sampledCount == 0 ? 0 : Double(clips.count) / Double(sampledCount),
                worstExcess: clips.worstExcess, mass: sums.magnitude == 0 ? 0 : clips.lost / sums.magnitude,
                fractionInterval: isSampled
                    ? SampleInterval.share(
                        rows.map { (Double($0[keyPath: side].count), columns) }, total: shape.rows) : nil)
        }
        clippedLow = tally(\.low)
        clippedHigh = tally(\.high)
        codesUsed = codeCounts.map { $0.count { $0 > 0 } }
        codesAvailable = codeCounts?.count
        entropyBits = codeCounts.map(Self.entropy)
        self.bitsPerWeight = bitsPerWeight
        step = sums.steppedCount == 0 ? nil : sums.stepSum / Double(sums.steppedCount)
        stepRange = sums.steppedCount == 0 ? nil : sums.smallestStep...sums.largestStep
        nonFiniteCount = sums.nonFinite
        self.sampledCount = sampledCount
    }

    /// The square root of the interval of Σ(w − ŵ)² ÷ Σw².
    private static func relativeInterval(_ rows: [ErrorSums], total: Int) -> ClosedRange<Double>? {
        SampleInterval.ratio(rows.map { ($0.errorPower, $0.signalPower) }, total: total)
            .map { $0.lowerBound.squareRoot()...$0.upperBound.squareRoot() }
    }

    /// −Σp·log₂p in bits.
    static func entropy(_ counts: [Int]) -> Double {
        let total = Double(counts.reduce(0, +))
        guard total > 0 else { return 0 }
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }
}
