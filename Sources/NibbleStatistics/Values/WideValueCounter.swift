import NibbleKernels

/// Summarizes f32 and f64 values, too many to count one by one, in two passes, and more where outliers hide the others.
///
/// The first pass finds the extremes, the mean and, about a shift near it, the variance; the second the
/// central moments, the outliers and the counts of 65,536 equal bins; further ones divide bins that hold too many
/// (``RefinedBins``). f64 values are looked at as f32.
struct WideValueCounter {
    private var moments = Moments()
    private var special = (nan: 0, positive: 0, negative: 0)
    private var sum = 0.0
    private var sumOfSquares = 0.0
    private var shift: Double?
    private var firstNewLevel = 0
    private var bins = RefinedBins(from: 0, to: 0)

    /// The first pass over one row.
    mutating func measure(_ values: UnsafeBufferPointer<Float>) {
        let shift = self.shift ?? Self.shift(near: values)
        if values.contains(where: \.isFinite) { self.shift = shift }
        var (lowest, highest) = (moments.minimum, moments.maximum)
        var (sum, squares) = (0.0, 0.0)
        var (finite, zeros) = (0, 0)
        for value in values {
            guard value.magnitude < .infinity else {
                count(special: value)
                continue
            }
            lowest = value < lowest ? value : lowest
            highest = value > highest ? value : highest
            finite &+= 1
            if value == 0 { zeros &+= 1 }
            let distance = Double(value) - shift
            sum += distance
            squares += distance * distance
        }
        (moments.minimum, moments.maximum) = (lowest, highest)
        moments.finiteCount += finite
        moments.zeroCount += zeros
        self.sum += sum
        sumOfSquares += squares
    }

    /// The mean of the row's finite values: close enough to the whole mean for a variance without
    /// cancellation.
    private static func shift(near values: UnsafeBufferPointer<Float>) -> Double {
        let finite = values.lazy.filter(\.isFinite).map(Double.init)
        let count = finite.reduce(0) { count, _ in count + 1 }
        return count == 0 ? 0 : finite.reduce(0, +) / Double(count)
    }

    private mutating func count(special value: Float) {
        if value.isNaN {
            special.nan += 1
        } else if value > 0 {
            special.positive += 1
        } else {
            special.negative += 1
        }
    }

    /// Fixes mean and variance between the passes.
    mutating func finishMeasuring() {
        guard moments.finiteCount > 0 else { return }
        let count = Double(moments.finiteCount)
        moments.mean = (shift ?? 0) + sum / count
        moments.secondPower = max(0, sumOfSquares - sum * sum / count)
        bins = RefinedBins(from: moments.minimum, to: moments.maximum)
    }

    /// The second pass over one row.
    mutating func distribute(_ values: UnsafeBufferPointer<Float>) {
        guard moments.finiteCount > 0 else { return }
        let (mean, reach) = (moments.mean, moments.standardDeviation * ValueSummary.outlierDeviations)
        var fourth = 0.0
        var outliers = 0
        for value in values where value.magnitude < .infinity {
            let distance = Double(value) - mean
            let square = distance * distance
            fourth += square * square
            if distance.magnitude > reach { outliers &+= 1 }
        }
        bins.add(values)
        moments.fourthPower += fourth
        moments.outlierCount += outliers
    }

    /// Begins a round of two further passes, ``measureBins(_:)`` and ``distributeBins(_:)``; false where none is needed.
    mutating func beginRound() -> Bool {
        guard moments.finiteCount > 0, let first = bins.beginRound() else { return false }
        firstNewLevel = first
        return true
    }

    /// The first pass of a round over one row.
    mutating func measureBins(_ values: UnsafeBufferPointer<Float>) { bins.measure(values) }

    /// Divides bins between the passes of a round.
    mutating func divideBins() { bins.divide() }

    /// The second pass of a round over one row.
    mutating func distributeBins(_ values: UnsafeBufferPointer<Float>) {
        bins.add(values, from: firstNewLevel)
    }

    /// The profile after all passes.
    func profile(count: Int, sampledCount: Int) -> WeightProfile {
        let (values, counts) = bins.values()
        let distribution = ValueDistribution(
            values: values, counts: counts, nanCount: special.nan, positiveInfinityCount: special.positive,
            negativeInfinityCount: special.negative, holdsStoredValues: false,
            weightsPerCount: sampledCount == 0 ? 1 : Double(count) / Double(sampledCount))
        return WeightProfile(
            summary: moments.summary(count: count, sampledCount: sampledCount, distribution: distribution),
            distribution: distribution)
    }
}
