import NibbleKernels

/// The smallest range that holds everything that was shown to it.
struct PictureAxis {
    private(set) var lower = Double.infinity
    private(set) var upper = -Double.infinity

    /// Widens the range to hold the finite ones of `values`.
    mutating func include(_ values: UnsafeBufferPointer<Float>) {
        var (lowest, highest) = (Float.infinity, -Float.infinity)
        for value in values where value.magnitude < .infinity {
            lowest = value < lowest ? value : lowest
            highest = value > highest ? value : highest
        }
        if lowest <= highest {
            include(Double(lowest))
            include(Double(highest))
        }
    }

    /// Widens the range to hold `value`.
    mutating func include(_ value: Double) {
        lower = min(lower, value)
        upper = max(upper, value)
    }

    /// Widens the range to the ends of a grid that reach less than half its extent beyond it on that side, so
    /// that clip lines are seen unless they lie far off.
    mutating func includeEnds(of grid: CodeGrid?) {
        guard let grid, lower <= upper else { return }
        let reach = (upper - lower) / 2
        let ends = grid.ends
        if ends.lowerBound < lower, lower - ends.lowerBound <= reach { lower = ends.lowerBound }
        if ends.upperBound > upper, ends.upperBound - upper <= reach { upper = ends.upperBound }
    }

    /// Empty bins over the range; around 0 if nothing was included.
    func histogram(bins: Int, weightsPerCount: Double) -> Histogram {
        Histogram(
            lower: lower <= upper ? lower : 0, upper: lower <= upper ? upper : 0, bins: bins,
            weightsPerCount: weightsPerCount)
    }
}
