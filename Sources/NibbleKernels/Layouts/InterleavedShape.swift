/// Sizes of one matrix in tiles.
struct InterleavedShape: Sendable {
    /// Rows of the matrix.
    let rows: Int
    /// Columns that are multiplied.
    let columns: Int
    /// Chunks of 32 columns that are stored, padding columns included.
    let storedChunks: Int
    /// Units along a row.
    let units: Int
    /// Scales along a row: runs of units that share one.
    let supers: Int
    /// Units that share a scale.
    let unitsPerSuper: Int

    init(_ layout: PackedLayout, _ interleaving: Interleaving) {
        rows = layout.shape.rows
        columns = layout.shape.columns
        storedChunks = (columns + layout.paddingColumns + 31) / 32
        units = storedChunks * 32 / interleaving.unitLength
        unitsPerSuper = interleaving.scaleLength.map { max($0 / interleaving.unitLength, 1) } ?? max(units, 1)
        supers = (units + unitsPerSuper - 1) / unitsPerSuper
    }

    /// Tiles of eight rows; the last may hold fewer.
    var tiles: Int { (rows + 7) / 8 }
    /// Chunks that hold columns to multiply.
    var chunks: Int { (columns + 31) / 32 }
}
