extension FloatMatrix {
    /// The range that `rule` chooses for the whole tensor; the full one for rules that try grids.
    func range(rule: RangeRule, cancellation: Cancellation) throws(KernelError) -> RangeSearch.Range {
        let full = try extremes(cancellation)
        switch rule {
        case .minMax, .meanSquaredError, .fractionBits, .scale: return full
        case .clip(let factor): return RangeSearch.scaled(full, by: Float(factor))
        case .percentile(let percent):
            let bound = try percentile(percent, cancellation)
            return (max(full.lower, -bound), min(full.upper, bound))
        }
    }

    /// What the error search looks at: about 2¹⁸ numbers, spread evenly, and the extremes.
    func representativeValues(_ cancellation: Cancellation) throws(KernelError) -> [Float] {
        let stride = max(1, shape.elementCount >> 18)
        var values: [Float] = []
        var (next, start) = (0, 0)
        try forEachRow(cancellation) { row in
            while next < start + row.count {
                values.append(row[next - start])
                next += stride
            }
            start += row.count
        }
        let full = try extremes(cancellation)
        return values + [full.lower, full.upper]
    }

    /// The smallest and the largest finite number.
    private func extremes(_ cancellation: Cancellation) throws(KernelError) -> RangeSearch.Range {
        var range: RangeSearch.Range = (0, 0)
        try forEachRow(cancellation) { row in
            let found = RangeSearch.extremes(row)
            range = (min(range.lower, found.lower), max(range.upper, found.upper))
        }
        return range
    }

    /// The percentile of |value| as in ``RangeSearch/percentile(of:percent:)``, without a copy of all numbers.
    ///
    /// A first pass counts magnitudes by their leading bits, a second collects the few that share those of the sought one.
    private func percentile(_ percent: Double, _ cancellation: Cancellation) throws(KernelError) -> Float {
        var histogram = MagnitudeHistogram()
        try forEachRow(cancellation) { histogram.add($0) }
        guard histogram.total > 0 else { return 0 }
        let rank = RangeSearch.rank(percent: percent, count: histogram.total)
        let (bin, rankInBin) = histogram.bin(of: rank.index)
        var members: [Float] = []
        var above = Float.infinity
        try forEachRow(cancellation) { row in
            MagnitudeHistogram.collect(bin, from: row, into: &members, smallestAbove: &above)
        }
        return members.withUnsafeMutableBufferPointer { members in
            let below = Selection.element(at: rankInBin, of: members)
            let next = members[(rankInBin + 1)...].min() ?? (above.isFinite ? above : below)
            return rank.value(below, next)
        }
    }

    /// Calls `body` with each row as f32.
    func forEachRow(
        _ cancellation: Cancellation, _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(KernelError) {
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: shape.columns)
        defer { values.deallocate() }
        for row in 0..<shape.rows {
            if row % 64 == 0 { try cancellation.check() }
            copyRow(row, into: values)
            body(UnsafeBufferPointer(values))
        }
    }
}

/// Counts of finite magnitudes by exponent and the first four fraction bits, in ascending order.
struct MagnitudeHistogram {
    private var counts = [Int](repeating: 0, count: 4096)
    /// Finite numbers counted.
    private(set) var total = 0

    private static func bin(of value: Float) -> Int { Int(value.magnitude.bitPattern >> 19) }
    /// The bins from here on hold infinities and NaN.
    private static let firstStrangeBin = bin(of: .infinity)

    /// Counts some numbers.
    mutating func add(_ values: UnsafeBufferPointer<Float>) {
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values { counts[Self.bin(of: value)] += 1 }
            for bin in Self.firstStrangeBin..<counts.count { counts[bin] = 0 }
        }
        total = counts.reduce(0, +)
    }

    /// The bin of the number at `index` of the sorted magnitudes, and its place within that bin.
    func bin(of index: Int) -> (bin: Int, rank: Int) {
        var rank = index
        for (bin, count) in counts.enumerated() {
            if rank < count { return (bin, rank) }
            rank -= count
        }
        return (Self.firstStrangeBin, rank)
    }

    /// Appends the magnitudes of one bin and lowers `smallestAbove` to the smallest beyond it.
    static func collect(
        _ bin: Int, from values: UnsafeBufferPointer<Float>, into members: inout [Float],
        smallestAbove: inout Float
    ) {
        let first = UInt32(bin) << 19
        let end = first + (1 << 19)
        var smallest = smallestAbove.bitPattern
        for value in values {
            let bits = value.magnitude.bitPattern
            guard bits >= first else { continue }
            if bits < end { members.append(value.magnitude) } else { smallest = min(smallest, bits) }
        }
        smallestAbove = Float(bitPattern: smallest)
    }
}
