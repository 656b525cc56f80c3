import NibbleKernels

/// Makes pictures by reading rows of weights and codes.
struct PicturePass {
    let reader: CodeReader
    let bins: Int
    let cancellation: Cancellation

    private var shape: MatrixShape { reader.packed.shape }

    /// The grid of the whole tensor, if there is one.
    private var tensorGrid: CodeGrid? {
        guard reader.packed.encoding.granularity == .tensor, shape.elementCount > 0 else { return nil }
        return reader.grid(row: 0, group: 0)
    }

    private func weightsPerCount(_ rows: RowSelection) -> Double {
        rows.count == 0 ? 1 : Double(rows.total) / Double(rows.count)
    }

    /// All weights by value: one pass finds the axis, a second fills the bins.
    func whole(
        rows: RowSelection, profile: WeightProfile?, mode: LayerPicture.Mode
    ) throws(KernelError) -> LayerPicture {
        let known = profile.flatMap { $0.summary.isExact || !rows.isWhole ? $0.distribution : nil }
        var axis = PictureAxis()
        try rows.forEach(cancellation: cancellation) { row in
            axis.include(reader.values(row: row))
            if known == nil { axis.include(reader.weights(row: row)) }
        }
        for value in [known?.values.first, known?.values.last].compactMap(\.self) {
            axis.include(Double(value))
        }
        axis.includeEnds(of: tensorGrid)
        var quantized = axis.histogram(bins: bins, weightsPerCount: weightsPerCount(rows))
        var original = quantized
        try rows.forEach(cancellation: cancellation) { row in
            quantized.add(reader.values(row: row))
            if known == nil { original.add(reader.weights(row: row)) }
        }
        if let known {
            original = known.histogram(bins: bins, lower: quantized.lower, upper: quantized.upper)
        }
        return picture(mode, original, quantized, grid: tensorGrid)
    }

    private func picture(
        _ mode: LayerPicture.Mode, _ original: Histogram, _ quantized: Histogram, grid: CodeGrid?
    ) -> LayerPicture {
        LayerPicture(
            mode: mode, axis: .value, original: original, quantized: quantized, grid: grid,
            levels: grid?.ascendingValues ?? [], clipLines: grid?.ends)
    }

    /// All weights by weight ÷ own scale + zero point.
    func scaled(rows: RowSelection) throws(KernelError) -> LayerPicture {
        guard let first = reader.grid(row: 0, group: 0) else {
            return try whole(rows: rows, profile: nil, mode: .scaled)
        }
        let axis = first.codeAxis
        var original = Histogram(
            lower: axis.lowerBound, upper: axis.upperBound, bins: bins, weightsPerCount: weightsPerCount(rows)
        )
        var quantized = original
        var codeCounts = [Int](repeating: 0, count: Int(first.highestCode - first.lowestCode) + 1)
        let positions = UnsafeMutableBufferPointer<Float>.allocate(capacity: shape.columns)
        defer { positions.deallocate() }
        try rows.forEach(cancellation: cancellation) { row in
            fillPositions(positions, row: row)
            original.add(UnsafeBufferPointer(positions))
            for code in reader.codes(row: row) {
                let slot = Int(code) - Int(first.lowestCode)
                if slot >= 0, slot < codeCounts.count { codeCounts[slot] &+= 1 }
            }
        }
        for (slot, count) in codeCounts.enumerated() {
            quantized.add(Double(slot + Int(first.lowestCode)), times: count)
        }
        return .codes(grid: first, original: original, quantized: quantized)
    }

    /// weight ÷ scale + zero point for each weight of a row; a group without a scale lies on its zero point.
    private func fillPositions(_ positions: UnsafeMutableBufferPointer<Float>, row: Int) {
        let weights = reader.weights(row: row)
        for group in 0..<reader.packed.layout.groupsPerRow {
            guard let grid = reader.grid(row: row, group: group) else { continue }
            let perStep = grid.scale == 0 ? 0 : 1 / grid.scale
            let zero = Float(grid.zeroPoint)
            for column in reader.columns(ofGroup: group) {
                positions[column] = weights[column] * perStep + zero
            }
        }
    }

    /// One row, or one group of it, by value.
    func detail(row: Int, group: Int?) throws(KernelError) -> LayerPicture {
        let groups = reader.packed.layout.groupsPerRow
        try reader.check(row: row, group: group)
        let columns = group.map(reader.columns(ofGroup:)) ?? 0..<shape.columns
        let weights = reader.weights(row: row).part(columns)
        let values = reader.values(row: row).part(columns)
        let grid = group != nil || groups == 1 ? reader.grid(row: row, group: group ?? 0) : tensorGrid
        var axis = PictureAxis()
        axis.include(weights)
        axis.include(values)
        axis.includeEnds(of: grid)
        var quantized = axis.histogram(bins: bins, weightsPerCount: 1)
        var original = quantized
        original.add(weights)
        quantized.add(values)
        return picture(
            group.map { .group(row: row, group: $0) } ?? .row(row), original, quantized, grid: grid)
    }
}

extension LayerPicture {
    /// A picture over the code axis.
    static func codes(grid: CodeGrid, original: Histogram, quantized: Histogram) -> LayerPicture {
        LayerPicture(
            mode: .scaled, axis: .code, original: original, quantized: quantized, grid: nil,
            levels: grid.codeLevels,
            clipLines: Double(grid.lowestCode)...Double(grid.highestCode))
    }
}

extension ValueCodes {
    /// All weights by value, from the counts.
    func wholePicture(bins: Int) -> LayerPicture {
        var axis = PictureAxis()
        for value in [distribution.values.first, distribution.values.last].compactMap(\.self) {
            axis.include(Double(value))
        }
        let counts = codeCounts
        let stored = counts.indices.filter { counts[$0] > 0 }
        for slot in [stored.first, stored.last].compactMap(\.self) { axis.include(Double(value(slot: slot))) }
        axis.includeEnds(of: grid)
        var quantized = axis.histogram(bins: bins, weightsPerCount: 1)
        for slot in stored { quantized.add(Double(value(slot: slot)), times: counts[slot]) }
        return LayerPicture(
            mode: .whole, axis: .value,
            original: distribution.histogram(bins: bins, lower: quantized.lower, upper: quantized.upper),
            quantized: quantized, grid: grid, levels: grid.ascendingValues, clipLines: grid.ends)
    }

    private func value(slot: Int) -> Float { grid.value(of: grid.lowestCode + Int32(slot)) }

    /// All weights by weight ÷ scale + zero point, from the counts.
    func scaledPicture(bins: Int) -> LayerPicture {
        let axis = grid.codeAxis
        var original = Histogram(lower: axis.lowerBound, upper: axis.upperBound, bins: bins)
        var quantized = original
        let perStep = grid.scale == 0 ? 0 : 1 / grid.scale
        for (value, count) in zip(distribution.values, distribution.counts) {
            original.add(Double(value * perStep + Float(grid.zeroPoint)), times: count)
        }
        for (slot, count) in codeCounts.enumerated() where count > 0 {
            quantized.add(Double(slot + Int(grid.lowestCode)), times: count)
        }
        return .codes(grid: grid, original: original, quantized: quantized)
    }
}
