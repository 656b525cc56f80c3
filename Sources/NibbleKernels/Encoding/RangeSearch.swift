/// The range that a rule chooses for values that share a scale.
enum RangeSearch {
    /// From the smallest to the largest value that a grid should reach; holds 0.
    typealias Range = (lower: Float, upper: Float)

    /// The finite values' smallest and largest; zero counts as one of them.
    static func extremes(_ values: UnsafeBufferPointer<Float>) -> Range {
        guard let start = values.baseAddress else { return (0, 0) }
        var range: Range = (0, 0)
        InnerLoops.best.pointee.extremes(start, values.count, &range.lower, &range.upper)
        return range
    }

    /// Applies `rule`; `error` is the summed squared error of encoding `values` over a candidate range.
    static func range(
        _ values: UnsafeBufferPointer<Float>, rule: RangeRule, error: (Range) -> Double
    ) -> Range {
        let full = extremes(values)
        switch rule {
        case .minMax, .fractionBits: return full
        case .clip(let factor): return scaled(full, by: Float(factor))
        case .percentile(let percent):
            let bound = percentile(of: values, percent: percent)
            return (max(full.lower, -bound), min(full.upper, bound))
        case .meanSquaredError: return leastError(full, error: error)
        }
    }

    private static func scaled(_ range: Range, by factor: Float) -> Range {
        (range.lower * factor, range.upper * factor)
    }

    /// The best of 100 shrunk ranges (NUMERICS §8), from the full range inward; the widest wins a tie.
    ///
    /// Once the error is four times the best it only grows, as clipping dominates: the search ends there.
    private static func leastError(_ full: Range, error: (Range) -> Double) -> Range {
        var best = full
        var bestError = error(full)
        for step in stride(from: 99, through: 1, by: -1) {
            let candidate = scaled(full, by: Float(step) / 100)
            let candidateError = error(candidate)
            if candidateError < bestError {
                (best, bestError) = (candidate, candidateError)
            } else if candidateError > 4 * bestError {
                break
            }
        }
        return best
    }

    /// The `percent` percentile of |value| over the finite values, linear between neighbours as numpy's default.
    static func percentile(of values: UnsafeBufferPointer<Float>, percent: Double) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { magnitudes in
            var count = 0
            for value in values where value.magnitude < .infinity {
                magnitudes[count] = value.magnitude
                count += 1
            }
            guard count > 0 else { return 0 }
            let position = min(max(percent, 0), 100) / 100 * Double(count - 1)
            let index = Int(position)
            let finite = UnsafeMutableBufferPointer(rebasing: magnitudes[..<count])
            let below = Selection.element(at: index, of: finite)
            guard index + 1 < count else { return below }
            let above = finite[(index + 1)...].min() ?? below
            return Float(Double(below) + (position - Double(index)) * (Double(above) - Double(below)))
        }
    }
}

/// Finds one element of a sorted order without sorting (Hoare's quickselect, 1961).
enum Selection {
    /// The element that would stand at `index`; afterwards those before it are no larger, those behind no smaller.
    static func element(at index: Int, of values: UnsafeMutableBufferPointer<Float>) -> Float {
        var lower = 0
        var upper = values.count - 1
        while lower < upper {
            let (left, right) = partition(values, lower, upper)
            if index <= right {
                upper = right
            } else if index >= left {
                lower = left
            } else {
                break
            }
        }
        return values[index]
    }

    /// Moves what is below a pivot to the left and what is above it to the right.
    private static func partition(
        _ values: UnsafeMutableBufferPointer<Float>, _ lower: Int, _ upper: Int
    ) -> (left: Int, right: Int) {
        let pivot = medianOfThree(values[lower], values[(lower + upper) / 2], values[upper])
        var left = lower
        var right = upper
        while left <= right {
            while values[left] < pivot { left += 1 }
            while values[right] > pivot { right -= 1 }
            guard left <= right else { break }
            values.swapAt(left, right)
            left += 1
            right -= 1
        }
        return (left, right)
    }

    private static func medianOfThree(_ a: Float, _ b: Float, _ c: Float) -> Float {
        max(min(a, b), min(max(a, b), c))
    }
}
