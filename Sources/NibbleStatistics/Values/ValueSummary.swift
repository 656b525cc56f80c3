/// Range, moments, quantiles and odd values of a matrix's weights.
public struct ValueSummary: Hashable, Sendable {
    /// Weights in the matrix.
    public let count: Int
    /// Weights looked at; equal to `count` unless rows were sampled.
    public let sampledCount: Int
    /// Smallest finite value; 0 if there is none.
    public let minimum: Double
    /// Largest finite value; 0 if there is none.
    public let maximum: Double
    /// Mean of the finite values.
    public let mean: Double
    /// √(Σ(x − mean)² ÷ n) over the finite values.
    public let standardDeviation: Double
    /// Σ(x − mean)⁴ ÷ n ÷ σ⁴ − 3: 0 for a normal distribution, larger with heavier tails; 0 if all are equal.
    public let excessKurtosis: Double
    /// NaN values among those looked at.
    public let nanCount: Int
    /// Infinite values among those looked at.
    public let infiniteCount: Int
    /// Zeros among those looked at.
    public let zeroCount: Int
    /// Finite values more than ``outlierDeviations`` standard deviations from the mean, among those looked
    /// at.
    public let outlierCount: Int
    /// The shares of outliers that are likely for the whole matrix, 95 %; nil when all rows were looked at.
    public let outlierFractionInterval: ClosedRange<Double>?
    /// Values below which the shares ``quantileProbabilities`` lie; empty without a finite value.
    public let quantiles: [Quantile]

    /// One quantile.
    public struct Quantile: Hashable, Sendable {
        /// The share of values below.
        public let probability: Double
        /// The value.
        public let value: Double
    }

    /// How far from the mean a value counts as an outlier, in standard deviations.
    public static let outlierDeviations = 6.0
    /// The shares for which quantiles are given.
    public static let quantileProbabilities = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]

    /// Largest magnitude of a finite value.
    public var largestMagnitude: Double { max(abs(minimum), abs(maximum)) }
    /// The share of the matrix that was looked at.
    public var sampledFraction: Double { count == 0 ? 1 : Double(sampledCount) / Double(count) }
    /// Whether every weight was looked at.
    public var isExact: Bool { sampledCount == count }
    /// Outliers ÷ weights looked at.
    public var outlierFraction: Double { sampledCount == 0 ? 0 : Double(outlierCount) / Double(sampledCount) }
}

/// A summary of a matrix's weights and the distribution that it was made from.
public struct WeightProfile: Hashable, Sendable {
    /// Figures.
    public let summary: ValueSummary
    /// Values and how often they occur; gives any histogram and any quantile.
    public let distribution: ValueDistribution
}
