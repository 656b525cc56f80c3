/// Cuts the columns of a product into runs that share one weight scale and one activation scale.
///
/// Each run is summed in the accumulator from zero; its sum leaves the accumulator when it is scaled.
struct Segments {
    /// Columns of the product.
    let columns: Int
    /// Columns of one segment; the last may be short.
    let length: Int
    /// Columns that share a weight scale.
    let groupSize: Int
    /// Columns that share an activation scale.
    let blockSize: Int

    /// One of the two sizes divides the other, or covers the whole row.
    init(columns: Int, groupSize: Int, blockSize: Int) {
        self.columns = columns
        self.groupSize = max(groupSize, 1)
        self.blockSize = max(blockSize, 1)
        length = min(self.groupSize, self.blockSize, max(columns, 1))
    }

    /// Number of segments along a row.
    var count: Int { (columns + length - 1) / length }

    /// The columns of one segment.
    func columns(of segment: Int) -> Range<Int> { segment * length..<min((segment + 1) * length, columns) }

    /// Gives each segment the scale of its group.
    func spread(
        _ groupScales: UnsafeMutableBufferPointer<Float>, over scales: UnsafeMutableBufferPointer<Float>
    ) {
        let segmentsPerGroup = max((groupSize + length - 1) / length, 1)
        var segment = 0
        for group in 0..<(count + segmentsPerGroup - 1) / segmentsPerGroup {
            let end = min(segment + segmentsPerGroup, count)
            let scale = groupScales[group]
            while segment < end {
                scales[segment] = scale
                segment += 1
            }
        }
    }

    /// The activation block that a segment lies in.
    func block(of segment: Int) -> Int { segment * length / blockSize }
}
