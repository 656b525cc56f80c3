/// The values of a matrix in ascending order, with how often each occurs.
///
/// For f16 and bf16 these are the stored values themselves (at most 65,536), so every figure that follows is
/// exact. For f32 and f64 they are the middles of bins, 65,536 equal ones between the smallest and the largest
/// value of which those that hold many values are divided again; a quantile is good to one such bin.
public struct ValueDistribution: Hashable, Sendable {
    /// Finite values, ascending, each once.
    public let values: [Float]
    /// How often each of `values` was seen.
    public let counts: [Int]
    /// Values that are not a number.
    public let nanCount: Int
    /// Values that are +∞.
    public let positiveInfinityCount: Int
    /// Values that are −∞.
    public let negativeInfinityCount: Int
    /// Whether `values` are the stored values, not the middles of bins.
    public let holdsStoredValues: Bool
    /// How many weights one counted value stands for: 1 unless rows were sampled.
    public let weightsPerCount: Double
    /// counts[0] + … + counts[i].
    let cumulative: [Int]

    init(
        values: [Float], counts: [Int], nanCount: Int = 0, positiveInfinityCount: Int = 0,
        negativeInfinityCount: Int = 0, holdsStoredValues: Bool, weightsPerCount: Double
    ) {
        self.values = values
        self.counts = counts
        self.nanCount = nanCount
        self.positiveInfinityCount = positiveInfinityCount
        self.negativeInfinityCount = negativeInfinityCount
        self.holdsStoredValues = holdsStoredValues
        self.weightsPerCount = weightsPerCount
        var sum = 0
        cumulative = counts.map {
            sum += $0; return sum
        }
    }

    /// Finite values counted.
    public var finiteCount: Int { cumulative.last ?? 0 }
    /// +∞ and −∞ counted.
    public var infiniteCount: Int { positiveInfinityCount + negativeInfinityCount }
    /// Whether every weight was counted as it is stored.
    public var isExact: Bool { holdsStoredValues && weightsPerCount == 1 }

    /// The value below which a share `probability` of the finite values lies, linearly interpolated between
    /// neighbours as NumPy's default does; nil without a finite value.
    public func quantile(_ probability: Double) -> Double? {
        guard finiteCount > 0 else { return nil }
        let position = min(max(probability, 0), 1) * Double(finiteCount - 1)
        let lower = Int(position)
        let low = Double(value(atRank: lower))
        let high = Double(value(atRank: min(lower + 1, finiteCount - 1)))
        return low + (high - low) * (position - Double(lower))
    }

    /// The value with `rank` smaller or equal ones before it.
    private func value(atRank rank: Int) -> Float {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > rank { high = middle } else { low = middle + 1 }
        }
        return values[low]
    }

    /// Counts in `bins` equal bins between `lower` and `upper`; without bounds, between the extreme values.
    public func histogram(bins: Int, lower: Double? = nil, upper: Double? = nil) -> Histogram {
        var histogram = Histogram(
            lower: lower ?? Double(values.first ?? 0), upper: upper ?? Double(values.last ?? 0), bins: bins,
            weightsPerCount: weightsPerCount)
        for (value, count) in zip(values, counts) { histogram.add(Double(value), times: count) }
        return histogram
    }
}
