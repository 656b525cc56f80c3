/// The range that a rule chooses for values that share a scale.
enum RangeSearch {
    /// The finite values' smallest and largest; zero counts as one of them.
    static func extremes(_ values: UnsafeBufferPointer<Float>) -> (lower: Float, upper: Float) {
        var lower: Float = 0
        var upper: Float = 0
        for value in values where value.magnitude < .infinity {
            lower = min(lower, value)
            upper = max(upper, value)
        }
        return (lower, upper)
    }

    /// Applies `rule`; `error` is the summed squared error of encoding `values` over a candidate range.
    static func range(
        _ values: UnsafeBufferPointer<Float>, rule: RangeRule, error: ((lower: Float, upper: Float)) -> Double
    ) -> (lower: Float, upper: Float) {
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

    private static func scaled(_ range: (lower: Float, upper: Float), by factor: Float) -> (lower: Float, upper: Float) {
        (range.lower * factor, range.upper * factor)
    }

    /// The best of 100 shrunk ranges (NUMERICS §8), from the full range inward; the widest wins a tie.
    ///
    /// Once the error is four times the best it only grows, as clipping dominates: the search ends there.
    private static func leastError(
        _ full: (lower: Float, upper: Float), error: ((lower: Float, upper: Float)) -> Double
    ) -> (lower: Float, upper: Float) {
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
        var magnitudes: [Float] = values.map { $0.magnitude }.filter { $0 < Float.infinity }
        guard !magnitudes.isEmpty else { return 0 }
        let position = min(max(percent, 0), 100) / 100 * Double(magnitudes.count - 1)
        let index = Int(position)
        let below = Selection.element(at: index, of: &magnitudes)
        guard index + 1 < magnitudes.count else { return below }
        let above = magnitudes[(index + 1)...].min() ?? below
        return below + Float(position - Double(index)) * (above - below)
    }
}

/// Finds one element of a sorted order without sorting (Hoare's quickselect, 1961).
enum Selection {
    /// The element that would stand at `index`; afterwards the ones before it are no larger, the ones behind no smaller.
    static func element(at index: Int, of values: inout [Float]) -> Float {
        var lower = 0
        var upper = values.count - 1
        while lower < upper {
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

    private static func medianOfThree(_ a: Float, _ b: Float, _ c: Float) -> Float {
        max(min(a, b), min(max(a, b), c))
    }
}
