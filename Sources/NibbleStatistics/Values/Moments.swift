/// Sums over finite values from which a summary is made.
struct Moments {
    var minimum = Float.infinity
    var maximum = -Float.infinity
    var finiteCount = 0
    var zeroCount = 0
    var outlierCount = 0
    var mean = 0.0
    /// Σ(x − mean)².
    var secondPower = 0.0
    /// Σ(x − mean)⁴.
    var fourthPower = 0.0

    /// √(Σ(x − mean)² ÷ n).
    var standardDeviation: Double {
        finiteCount == 0 ? 0 : (secondPower / Double(finiteCount)).squareRoot()
    }

    /// Moments of values with their counts, in two passes over them.
    init(_ distribution: ValueDistribution) {
        finiteCount = distribution.finiteCount
        guard let first = distribution.values.first, let last = distribution.values.last else { return }
        (minimum, maximum) = (first, last)
        var sum = 0.0
        for (value, count) in zip(distribution.values, distribution.counts) {
            sum += Double(value) * Double(count)
            if value == 0 { zeroCount += count }
        }
        mean = sum / Double(finiteCount)
        for (value, count) in zip(distribution.values, distribution.counts) {
            let square = (Double(value) - mean) * (Double(value) - mean)
            secondPower += square * Double(count)
            fourthPower += square * square * Double(count)
        }
        let reach = standardDeviation * ValueSummary.outlierDeviations
        for (value, count) in zip(distribution.values, distribution.counts)
        where abs(Double(value) - mean) > reach { outlierCount += count }
    }

    /// No values yet.
    init() {}

    /// The summary of `count` weights.
    func summary(count: Int, sampledCount: Int, distribution: ValueDistribution) -> ValueSummary {
        let variance = finiteCount == 0 ? 0 : secondPower / Double(finiteCount)
        let kurtosis = variance == 0 ? 0 : fourthPower / Double(finiteCount) / (variance * variance) - 3
        return ValueSummary(
            count: count, sampledCount: sampledCount,
            minimum: finiteCount == 0 ? 0 : Double(minimum), maximum: finiteCount == 0 ? 0 : Double(maximum),
            mean: mean, standardDeviation: standardDeviation, excessKurtosis: kurtosis,
            nanCount: distribution.nanCount, infiniteCount: distribution.infiniteCount, zeroCount: zeroCount,
            outlierCount: outlierCount,
            outlierFractionInterval: sampledCount == count
                ? nil : SampleInterval.wilson(successes: outlierCount, trials: sampledCount),
            quantiles: ValueSummary.quantileProbabilities.compactMap { probability in
                distribution.quantile(probability).map { .init(probability: probability, value: $0) }
            })
    }
}
