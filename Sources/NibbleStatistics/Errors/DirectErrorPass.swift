import NibbleKernels

extension WeightStatistics {
    /// Compares the codes of `packed` with the weights they were made from.
    ///
    /// Where the matrix has one grid for the whole tensor and `profile` counted all its 16-bit values, the
    /// figures follow from the counts at once; otherwise rows are read, `sampleRows` of them or all. The
    /// counts know a matrix as its encoder made it: after `replacingCode` leave `profile` out.
    /// - Throws: ``KernelError/shapeMismatch(_:)``, ``KernelError/cancelled``.
    public static func error(
        of packed: PackedMatrix, against source: FloatMatrix, profile: WeightProfile? = nil,
        sampleRows: Int? = nil,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws(KernelError) -> EncodingError {
        let reader = try CodeReader(packed, source: source)
        if let profile, let counted = ValueCodes(profile.distribution, reader: reader) {
            return counted.error()
        }
        return try error(
            reader, RowSelection(total: source.shape.rows, sampleRows: sampleRows),
            bitsPerWeight: packed.layout.bitsPerWeight, cancellation, progress)
    }

    /// The error of the rows of `selection`.
    static func error(
        _ reader: CodeReader, _ selection: RowSelection, bitsPerWeight: Double, _ cancellation: Cancellation,
        _ progress: (@Sendable (Double) -> Void)? = nil
    ) throws(KernelError) -> EncodingError {
        var total = ErrorSums()
        var rows: [ErrorSums] = []
        var counts = codeTable(reader)
        let hasGrid = reader.hasGrid
        try selection.forEach(cancellation: cancellation, progress: progress) { row in
            var sums = ErrorSums()
            counts.withUnsafeMutableBufferPointer { counts in
                if hasGrid {
                    addGridded(row, reader, 0..<reader.packed.layout.groupsPerRow, &sums, counts)
                } else {
                    addFloating(row, reader, 0..<reader.packed.shape.columns, &sums, counts)
                }
            }
            total.add(sums)
            if !selection.isWhole { rows.append(sums) }
        }
        return EncodingError(
            total, rows: rows, codeCounts: counts.isEmpty ? nil : counts, bitsPerWeight: bitsPerWeight,
            sampledRows: selection.count,
            shape: MatrixShape(rows: selection.total, columns: reader.source.shape.columns))
    }

    /// The sums over some groups of a row, or over all of it, and how often each code occurs there.
    static func sums(_ row: Int, _ reader: CodeReader, groups: Range<Int>?) -> (ErrorSums, counts: [Int]) {
        var sums = ErrorSums()
        var counts = codeTable(reader)
        let all = 0..<reader.packed.layout.groupsPerRow
        counts.withUnsafeMutableBufferPointer { counts in
            if reader.hasGrid {
                addGridded(row, reader, groups ?? all, &sums, counts)
            } else {
                let columns = (groups ?? all).map(reader.columns(ofGroup:))
                let range = (columns.first?.lowerBound ?? 0)..<(columns.last?.upperBound ?? 0)
                addFloating(row, reader, range, &sums, counts)
            }
        }
        return (sums, counts)
    }

    /// A counter for each code, or none if there are more than 65,536.
    private static func codeTable(_ reader: CodeReader) -> [Int] {
        let shape = reader.packed.shape
        if shape.elementCount > 0, let grid = reader.grid(row: 0, group: 0) {
            return Array(repeating: 0, count: Int(grid.highestCode) - Int(grid.lowestCode) + 1)
        }
        let bits = reader.packed.format.codeBits
        return bits <= 16 ? Array(repeating: 0, count: 1 << bits) : []
    }

    private static func addGridded(
        _ row: Int, _ reader: CodeReader, _ groups: Range<Int>, _ sums: inout ErrorSums,
        _ counts: UnsafeMutableBufferPointer<Int>
    ) {
        let weights = reader.weights(row: row)
        let codes = reader.codes(row: row)
        for group in groups {
            guard let grid = reader.grid(row: row, group: group) else { continue }
            let columns = reader.columns(ofGroup: group)
            sums.add(weights.part(columns), codes: codes.part(columns), grid: grid, codeCounts: counts)
        }
    }

    private static func addFloating(
        _ row: Int, _ reader: CodeReader, _ columns: Range<Int>, _ sums: inout ErrorSums,
        _ counts: UnsafeMutableBufferPointer<Int>
    ) {
        sums.add(reader.weights(row: row).part(columns), decoded: reader.values(row: row).part(columns))
        guard !counts.isEmpty else { return }
        for code in reader.codes(row: row).part(columns) { counts[Int(code) & (counts.count - 1)] &+= 1 }
    }
}
