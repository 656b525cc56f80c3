/// Counts of values in equal bins, of which those that hold too many are divided again, between the extremes of what they hold.
///
/// One far outlier makes bins between the extremes of a matrix wide enough to hold nearly all of its values; quantiles
/// and histograms would then tell of the bins alone. Each round of refinement takes two passes over the values.
struct RefinedBins {
    /// Bins between two values, one of them perhaps divided again.
    private struct Level {
        var lowest: Double
        var perBin: Double
        /// Where its counts begin.
        var start: Int
        var count: Int
    }

    /// Bins of the first level, and all those that a round makes.
    private static let mostBins = 1 << 16
    /// Rounds of refinement: each tells apart what a distance 60,000 times as large had hidden.
    static let mostRounds = 3
    /// A bin that holds more than this share of all values is divided.
    private static let largestShare = 1.0 / 4096
    private static let fewestValues = 16

    private var levels: [Level]
    private var counts: [Int]
    /// The level that a bin is divided into; −1 for one that isn't.
    private var divided: [Int32]
    /// The extremes of what the bins hold that are being divided, by level.
    private var extremes: [(lowest: Float, highest: Float)] = []

    /// Empty bins between two values.
    init(from lowest: Float, to highest: Float) {
        let level = Self.level(lowest, highest, start: 0, count: Self.mostBins)
        levels = [level]
        counts = [Int](repeating: 0, count: level.count)
        divided = [Int32](repeating: -1, count: level.count)
    }

    private static func level(_ lowest: Float, _ highest: Float, start: Int, count: Int) -> Level {
        let extent = Double(highest) - Double(lowest)
        guard extent > 0 else { return Level(lowest: Double(lowest), perBin: 0, start: start, count: 1) }
        return Level(lowest: Double(lowest), perBin: Double(count) / extent, start: start, count: count)
    }

    /// Counts the finite ones of some values in the bins of the deepest level that they reach, from the level `first` on.
    mutating func add(_ values: UnsafeBufferPointer<Float>, from first: Int = 0) {
        guard levels.count > 1 else { return addToFirst(values) }
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values where value.magnitude < .infinity {
                let (level, bin) = Self.place(of: value, levels, divided)
                if level >= first { counts[bin] &+= 1 }
            }
        }
    }

    /// Counts in equal bins: the pass that every matrix needs.
    private mutating func addToFirst(_ values: UnsafeBufferPointer<Float>) {
        let (lowest, perBin, last) = (levels[0].lowest, levels[0].perBin, levels[0].count - 1)
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values where value.magnitude < .infinity {
                counts[min(Int((Double(value) - lowest) * perBin), last)] &+= 1
            }
        }
    }

    private static func place(
        of value: Float, _ levels: [Level], _ divided: [Int32]
    ) -> (level: Int, bin: Int) {
        var level = 0
        while true {
            let bins = levels[level]
            let index = Int((Double(value) - bins.lowest) * bins.perBin)
            let bin = bins.start + min(max(index, 0), bins.count - 1)
            let next = divided[bin]
            guard next >= 0 else { return (level, bin) }
            level = Int(next)
        }
    }

    /// Marks the bins that hold too many values; false if there are none.
    ///
    /// After it come a pass of ``measure(_:)``, ``divide()``, and a pass of ``add(_:from:)`` from the returned level on.
    mutating func beginRound() -> Int? {
        let first = levels.count
        let total = counts.reduce(0, +)
        let most = max(Self.fewestValues, Int(Double(total) * Self.largestShare))
        extremes = []
        for level in levels where level.perBin > 0 {
            for bin in level.start..<level.start + level.count where divided[bin] < 0 && counts[bin] > most {
                divided[bin] = Int32(first + extremes.count)
                extremes.append((.infinity, -.infinity))
            }
        }
        // Until they are measured, these have one bin each, which counts nothing.
        for _ in extremes {
            levels.append(Level(lowest: 0, perBin: 0, start: counts.count, count: 1))
            counts.append(0)
            divided.append(-1)
        }
        return extremes.isEmpty ? nil : first
    }

    /// Finds the extremes of what the marked bins hold.
    mutating func measure(_ values: UnsafeBufferPointer<Float>) {
        let first = levels.count - extremes.count
        extremes.withUnsafeMutableBufferPointer { extremes in
            for value in values where value.magnitude < .infinity {
                let level = Self.place(of: value, levels, divided).level - first
                guard level >= 0 else { continue }
                extremes[level].lowest = min(extremes[level].lowest, value)
                extremes[level].highest = max(extremes[level].highest, value)
            }
        }
    }

    /// Divides the marked bins between these extremes.
    mutating func divide() {
        let first = levels.count - extremes.count
        let share = max(16, Self.mostBins / max(1, extremes.count))
        for (index, extreme) in extremes.enumerated() where extreme.lowest <= extreme.highest {
            let level = Self.level(extreme.lowest, extreme.highest, start: counts.count, count: share)
            levels[first + index] = level
            counts += [Int](repeating: 0, count: level.count)
            divided += [Int32](repeating: -1, count: level.count)
        }
    }

    /// The middle of each bin that holds values, ascending, with their number; of a bin between equal extremes that value.
    func values() -> (values: [Float], counts: [Int]) {
        var result: (values: [Float], counts: [Int]) = ([], [])
        collect(0, &result)
        return result
    }

    private func collect(_ index: Int, _ result: inout (values: [Float], counts: [Int])) {
        let level = levels[index]
        for offset in 0..<level.count {
            let bin = level.start + offset
            if divided[bin] >= 0 {
                collect(Int(divided[bin]), &result)
            } else if counts[bin] > 0 {
                let middle =
                    level.perBin == 0
                    ? level.lowest : level.lowest + (Double(offset) + 0.5) / level.perBin
                if let last = result.values.last, last >= Float(middle) {
                    result.counts[result.counts.count - 1] += counts[bin]
                } else {
                    result.values.append(Float(middle))
                    result.counts.append(counts[bin])
                }
            }
        }
    }
}
