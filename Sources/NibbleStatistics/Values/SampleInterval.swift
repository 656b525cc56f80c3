/// Intervals that hold the figure of the whole matrix with about 95 % probability, from some of its rows.
public enum SampleInterval {
    /// Two-sided 95 % point of the normal distribution.
    private static let deviations = 1.959_963_984_540_054

    /// A share from independent trials by Wilson's score interval (1927), 95 %; stays sensible when nothing was
    /// found.
    public static func wilson(successes: Int, trials: Int) -> ClosedRange<Double> {
        guard trials > 0 else { return 0...1 }
        let (n, z) = (Double(trials), deviations)
        let share = Double(successes) / n
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - reach)...min(1, middle + reach)
    }

    /// The ratio Σy ÷ Σx of rows drawn from `total`, linearized, with the finite population correction
    /// (Cochran, Sampling Techniques, §6.4); nil with fewer than two rows or Σx = 0.
    static func ratio(_ rows: [(y: Double, x: Double)], total: Int) -> ClosedRange<Double>? {
        let n = Double(rows.count)
        let sumX = rows.reduce(0) { $0 + $1.x }
        guard rows.count > 1, sumX > 0 else { return nil }
        let ratio = rows.reduce(0) { $0 + $1.y } / sumX
        let residuals = rows.reduce(0) { $0 + ($1.y - ratio * $1.x) * ($1.y - ratio * $1.x) }
        let unseen = max(0, 1 - n / Double(total))
        let reach = deviations * (unseen * residuals * n / (n - 1)).squareRoot() / sumX
        guard ratio.isFinite, reach.isFinite else { return nil }
        return max(0, ratio - reach)...(ratio + reach)
    }

    /// A share of weights, clustered by row: the wider of both intervals on each side.
    static func share(_ hits: [(y: Double, x: Double)], total: Int) -> ClosedRange<Double> {
        let successes = Int(hits.reduce(0) { $0 + $1.y })
        let independent = wilson(successes: successes, trials: Int(hits.reduce(0) { $0 + $1.x }))
        guard let clustered = ratio(hits, total: total) else { return independent }
        return min(
            independent.lowerBound, clustered.lowerBound)...min(
                1, max(independent.upperBound, clustered.upperBound))
    }
}
