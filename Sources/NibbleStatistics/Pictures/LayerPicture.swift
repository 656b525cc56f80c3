import NibbleKernels

/// What the weights panel draws of one layer: the original weights and the stored ones over a common axis.
///
/// Counts are plain; drawing them by their logarithm is the view's choice.
public struct LayerPicture: Hashable, Sendable {
    /// What is looked at.
    public enum Mode: Hashable, Sendable {
        /// All weights, by value.
        case whole
        /// All weights, by weight ÷ own scale + zero point, against the codes. Formats without scales are
        /// drawn as ``whole``.
        case scaled
        /// One row, by value: the true grid of an output channel.
        case row(Int)
        /// One group of one row, by value: the true grid of the group.
        case group(row: Int, group: Int)
    }

    /// What the axis counts.
    public enum Axis: Hashable, Sendable {
        /// Weights by value.
        case value
        /// Steps of each weight's own grid, codes being whole numbers.
        case code
    }

    /// What was asked for.
    public let mode: Mode
    /// What the axis counts.
    public let axis: Axis
    /// The original weights in bins.
    public let original: Histogram
    /// The stored weights in the same bins.
    public let quantized: Histogram
    /// The grid that all drawn weights share, on a value axis; nil if rows or groups have grids of their own,
    /// or the format has none.
    public let grid: CodeGrid?
    /// The positions of all grid points on the axis, ascending; empty without a common grid.
    public let levels: [Double]
    /// Where the grid ends on the axis: weights outside are clipped; nil without a common grid.
    public let clipLines: ClosedRange<Double>?
    /// Whether every weight was counted.
    public var isExact: Bool { original.isExact && quantized.isExact }

    /// Draws a layer.
    ///
    /// - Parameters:
    ///   - source: the original weights.
    ///   - packed: the stored codes of the same layer.
    ///   - bins: bins of both histograms, at least 1.
    ///   - profile: the values counted before, which saves a pass; with one grid for the whole tensor of
    ///     16-bit weights the picture follows from it alone. Leave it out after `replacingCode`.
    ///   - sampleRows: reads this many rows only, for a first picture; nil for all.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if the matrices differ or the row or group doesn't exist,
    ///   ``KernelError/cancelled``.
    public static func make(
        source: FloatMatrix, packed: PackedMatrix, mode: Mode = .whole, bins: Int,
        profile: WeightProfile? = nil,
        sampleRows: Int? = nil, cancellation: Cancellation = Cancellation()
    ) throws(KernelError) -> LayerPicture {
        let reader = try CodeReader(packed, source: source)
        let pass = PicturePass(reader: reader, bins: max(1, bins), cancellation: cancellation)
        switch mode {
        case .scaled where reader.hasGrid:
            if let counted = profile.flatMap({ ValueCodes($0.distribution, reader: reader) }) {
                return counted.scaledPicture(bins: pass.bins)
            }
            return try pass.scaled(rows: RowSelection(total: source.shape.rows, sampleRows: sampleRows))
        case .whole, .scaled:
            if let counted = profile.flatMap({ ValueCodes($0.distribution, reader: reader) }) {
                return counted.wholePicture(bins: pass.bins)
            }
            return try pass.whole(
                rows: RowSelection(total: source.shape.rows, sampleRows: sampleRows), profile: profile,
                mode: mode)
        case .row(let row):
            return try pass.detail(row: row, group: nil)
        case .group(let row, let group):
            return try pass.detail(row: row, group: group)
        }
    }
}

extension CodeGrid {
    /// All values, ascending.
    var ascendingValues: [Double] {
        let values = (lowestCode...highestCode).map { Double(value(of: $0)) }
        return scale < 0 ? values.reversed() : values
    }

    /// The values between which nothing is clipped: the ends of the grid.
    var ends: ClosedRange<Double> {
        let (first, second) = (Double(lowest), Double(highest))
        return min(first, second)...max(first, second)
    }

    /// The axis on which codes are drawn: all codes, and an eighth of the grid more on both sides for clipped
    /// weights.
    var codeAxis: ClosedRange<Double> {
        let margin = max(1, Double(highestCode - lowestCode) / 8) + 0.5
        return Double(lowestCode) - margin...Double(highestCode) + margin
    }

    /// Code positions on the code axis.
    var codeLevels: [Double] { (lowestCode...highestCode).map(Double.init) }
}
