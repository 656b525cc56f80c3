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

    /// Applies `rule`; `leastErrorStep` finds, for the full range, the k of 100 … 1 with the least error.
    static func range(
        _ values: UnsafeBufferPointer<Float>, rule: RangeRule, leastErrorStep: (Range) -> Int
    ) -> Range {
        let full = extremes(values)
        switch rule {
        case .minMax, .fractionBits, .scale: return full
        case .clip(let factor): return scaled(full, by: Float(factor))
        case .percentile(let percent):
            let bound = percentile(of: values, percent: percent)
            return (max(full.lower, -bound), min(full.upper, bound))
        case .meanSquaredError: return candidate(leastErrorStep(full), of: full)
        }
    }

    /// Candidate k of the error search: the full range times k ÷ 100.
    static func candidate(_ step: Int, of full: Range) -> Range { scaled(full, by: Float(step) / 100) }

    /// Both ends times a factor.
    static func scaled(_ range: Range, by factor: Float) -> Range {
        (range.lower * factor, range.upper * factor)
    }

    /// The `percent` percentile of |value| over the finite values, linear between neighbours as numpy's default.
    static func percentile(of values: UnsafeBufferPointer<Float>, percent: Double) -> Float {
        let top = largestTwo(values)
        guard top.count > 0 else { return 0 }
        let rank = rank(percent: percent, count: top.count)
        // Most groups are short enough that the largest two decide.
        if rank.index == top.count - 1 { return top.largest }
        if rank.index == top.count - 2 { return rank.value(top.second, top.largest) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: top.count) { magnitudes in
            var count = 0
            for value in values where value.magnitude < .infinity {
                magnitudes[count] = value.magnitude
                count += 1
            }
            let below = Selection.element(at: rank.index, of: magnitudes)
            return rank.value(below, magnitudes[(rank.index + 1)...].min() ?? below)
        }
    }

    /// The number of finite values and their largest two magnitudes.
    private static func largestTwo(
        _ values: UnsafeBufferPointer<Float>
    ) -> (count: Int, largest: Float, second: Float) {
        var (count, largest, second) = (0, Float(0), Float(0))
        for value in values where value.magnitude < .infinity {
            count += 1
            let magnitude = value.magnitude
            second = magnitude > largest ? largest : magnitude > second ? magnitude : second
            largest = magnitude > largest ? magnitude : largest
        }
        return (count, largest, second)
    }

    /// The place of a percentile among `count` sorted values: percent ÷ 100 · (count − 1).
    static func rank(percent: Double, count: Int) -> Rank {
        let position = min(max(percent, 0), 100) / 100 * Double(count - 1)
        return Rank(index: Int(position), fraction: position - Double(Int(position)))
    }

    /// A place between two neighbours of a sorted order.
    struct Rank {
        let index: Int
        let fraction: Double

        /// below + fraction · (above − below).
        func value(_ below: Float, _ above: Float) -> Float {
            Float(Double(below) + fraction * (Double(above) - Double(below)))
        }
    }
}
