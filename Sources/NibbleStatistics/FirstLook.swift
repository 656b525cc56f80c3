import NibbleKernels

/// Figures and picture of a layer in a setting, from some of its rows: what is shown until the exact ones are
/// made.
public struct FirstLook: Hashable, Sendable {
    /// The error, marked as sampled, with intervals.
    public let error: EncodingError
    /// The picture, marked as sampled.
    public let picture: LayerPicture
}

extension WeightStatistics {
    /// Encodes and examines rows spread over a matrix.
    ///
    /// Rows and groups come out as they will in the whole matrix. A grid for the whole tensor is that of the
    /// sample together with the extremes that `profile` knows, hence the true one for the min-max and clip
    /// rules. A matrix of few rows is examined whole, and marked exact.
    /// - Parameters:
    ///   - profile: the matrix's values, where they have been counted.
    ///   - isScaled: whether to draw ``LayerPicture/Mode/scaled`` instead of ``LayerPicture/Mode/whole``.
    ///   - rows: rows to look at; nil for ``sampleRowCount(for:)``, or a quarter where the range rule is a
    ///     search.
    /// - Throws: ``KernelError`` if the encoding can't be used or the work is cancelled.
    public static func firstLook(
        at source: FloatMatrix, encoding: StorageEncoding, profile: WeightProfile? = nil,
        isScaled: Bool = false,
        bins: Int, rows: Int? = nil, pool: WorkPool = .shared, cancellation: Cancellation = Cancellation()
    ) throws(KernelError) -> FirstLook {
        let count = min(source.shape.rows, max(1, rows ?? rowCount(for: source.shape, encoding)))
        let sample = try source.sample(rows: count, extremes: extremes(encoding, profile, source.shape))
        let packed = try PackedMatrix.encode(
            sample, encoding: encoding, pool: pool, cancellation: cancellation)
        let reader = try CodeReader(packed, source: sample)
        let selection = RowSelection(copied: count, total: source.shape.rows)
        let layout = try packed.format.layout(of: source.shape, encoding: encoding)
        let pass = PicturePass(reader: reader, bins: max(1, bins), cancellation: cancellation)
        return FirstLook(
            error: try error(reader, selection, bitsPerWeight: layout.bitsPerWeight, cancellation),
            picture: isScaled && reader.hasGrid
                ? try pass.scaled(rows: selection)
                : try pass.whole(rows: selection, profile: profile, mode: isScaled ? .scaled : .whole))
    }

    /// Fewer rows where each group's range is the best of a hundred.
    private static func rowCount(for shape: MatrixShape, _ encoding: StorageEncoding) -> Int {
        let count = sampleRowCount(for: shape)
        return encoding.rangeRule == .meanSquaredError ? max(16, count / 4) : count
    }

    /// What must be in a sample for its grid to be that of the whole tensor.
    private static func extremes(
        _ encoding: StorageEncoding, _ profile: WeightProfile?, _ shape: MatrixShape
    ) -> [Float] {
        guard encoding.granularity == .tensor, shape.columns >= 2, let summary = profile?.summary else {
            return []
        }
        return [Float(summary.minimum), Float(summary.maximum)]
    }
}
