/// How many values fall into each of equally wide bins between two ends.
public struct Histogram: Hashable, Sendable {
    /// The left edge of the first bin.
    public let lower: Double
    /// The right edge of the last bin, which belongs to it.
    public let upper: Double
    /// Values in each bin; bin i holds lower + i·width ≤ x < lower + (i + 1)·width.
    public internal(set) var counts: [Int]
    /// Values left of the first bin.
    public internal(set) var below = 0
    /// Values right of the last bin.
    public internal(set) var above = 0
    /// How many weights of the matrix one counted value stands for: 1 when exact, more when rows were
    /// sampled.
    public let weightsPerCount: Double

    /// Empty bins; a range without extent is widened around its value so that a bin has a width.
    public init(lower: Double, upper: Double, bins: Int, weightsPerCount: Double = 1) {
        let (low, high) = Self.widened(lower, upper)
        self.lower = low
        self.upper = high
        counts = Array(repeating: 0, count: max(1, bins))
        self.weightsPerCount = weightsPerCount
    }

    /// The width of one bin.
    public var binWidth: Double { (upper - lower) / Double(counts.count) }
    /// All values that were counted, those outside the bins included.
    public var total: Int { counts.reduce(below + above, +) }
    /// Whether every weight was counted.
    public var isExact: Bool { weightsPerCount == 1 }
    /// The estimated number of weights in each bin; equal to `counts` when exact.
    public var estimatedCounts: [Double] { counts.map { Double($0) * weightsPerCount } }
    /// The middle of bin `index`.
    public func center(of index: Int) -> Double { lower + (Double(index) + 0.5) * binWidth }

    /// The bin that holds `value`, or nil outside the range.
    public func index(of value: Double) -> Int? {
        guard value >= lower, value <= upper else { return nil }
        return min(Int((value - lower) / (upper - lower) * Double(counts.count)), counts.count - 1)
    }

    /// Counts `value` `times` times.
    mutating func add(_ value: Double, times: Int = 1) {
        if let index = index(of: value) {
            counts[index] += times
        } else if value < lower {
            below += times
        } else if value > upper {
            above += times
        }
    }

    /// Counts many values; values that are not finite are left out.
    mutating func add(_ values: UnsafeBufferPointer<Float>) {
        let lowest = Float(lower)
        let perBin = Float(Double(counts.count) / (upper - lower))
        let last = Float(counts.count)
        var left = 0
        var right = 0
        counts.withUnsafeMutableBufferPointer { bins in
            for value in values {
                let place = (value - lowest) * perBin
                if place >= 0, place < last {
                    bins[Int(place)] &+= 1
                } else if place < 0 {
                    if value.isFinite { left += 1 }
                } else if value.isFinite {
                    if value <= Float(upper) { bins[bins.count - 1] &+= 1 } else { right += 1 }
                }
            }
        }
        below += left
        above += right
    }

    private static func widened(_ lower: Double, _ upper: Double) -> (Double, Double) {
        guard lower.isFinite, upper.isFinite else { return (-1, 1) }
        if upper > lower, (upper - lower).isFinite { return (lower, upper) }
        let margin = max(abs(lower) * 1e-3, 1e-6)
        return (lower - margin, lower + margin)
    }
}
