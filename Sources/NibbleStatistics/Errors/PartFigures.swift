import NibbleKernels

/// Figures of one row of a matrix, or of one group of it, and of the codes stored for it.
public struct PartFigures: Hashable, Sendable {
    /// Range, moments and odd values of the part's weights.
    public let summary: ValueSummary
    /// The codes against those weights.
    public let error: EncodingError
}

extension WeightStatistics {
    /// The figures of one group of one row; of the whole row without a group.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if the matrices differ or the row or group doesn't exist.
    public static func figures(
        of packed: PackedMatrix, against source: FloatMatrix, row: Int, group: Int?
    ) throws(KernelError) -> PartFigures {
        let reader = try CodeReader(packed, source: source)
        try reader.check(row: row, group: group)
        let columns = group.map(reader.columns(ofGroup:)) ?? 0..<packed.shape.columns
        let weights = reader.weights(row: row).part(columns)
        let shape = MatrixShape(rows: 1, columns: columns.count)
        let matrix = try FloatMatrix(shape: shape, values: Array(weights))
        let (sums, counts) = Self.sums(row, reader, groups: group.map { $0..<$0 + 1 })
        return PartFigures(
            summary: try profile(of: matrix).summary,
            error: EncodingError(
                sums, rows: [], codeCounts: counts.isEmpty ? nil : counts,
                bitsPerWeight: packed.layout.bitsPerWeight, sampledRows: 1, shape: shape))
    }
}

extension CodeReader {
    /// Makes sure that a row has a group.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)``.
    func check(row: Int, group: Int?) throws(KernelError) {
        let (rows, groups) = (packed.shape.rows, packed.layout.groupsPerRow)
        guard row >= 0, row < rows else {
            throw .shapeMismatch("There is no row \(row): the layer has rows 0 to \(rows - 1).")
        }
        if let group, group < 0 || group >= groups {
            throw .shapeMismatch("There is no group \(group): a row has groups 0 to \(groups - 1).")
        }
    }
}
