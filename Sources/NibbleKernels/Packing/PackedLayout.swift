/// Where the bits of a packed matrix go.
public struct PackedLayout: Hashable, Sendable {
    /// Rows and columns of the matrix.
    public let shape: MatrixShape
    /// Weights that share a scale along a row: K for a channel or tensor, 32 for Q8_0.
    public let groupSize: Int
    /// Bytes of one packed row.
    public let bytesPerRow: Int
    /// Bits of the whole matrix that are codes of real weights.
    public let codeBits: Int
    /// Bits of the whole matrix that are scales.
    public let scaleBits: Int
    /// Bits of the whole matrix that are zero points or minima.
    public let zeroPointBits: Int
    /// Bits that the whole tensor shares: the scale and zero point of a per-tensor grid.
    public let tensorBits: Int
    /// Columns added to fill the last block of a row (0 where rows may end short).
    public let paddingColumns: Int

    /// Makes a layout; all bits that are neither code, scale nor zero point count as padding.
    public init(
        shape: MatrixShape, groupSize: Int, bytesPerRow: Int, codeBits: Int, scaleBits: Int,
        zeroPointBits: Int,
        tensorBits: Int = 0, paddingColumns: Int = 0
    ) {
        self.shape = shape
        self.groupSize = max(groupSize, 1)
        self.bytesPerRow = bytesPerRow
        self.codeBits = codeBits
        self.scaleBits = scaleBits
        self.zeroPointBits = zeroPointBits
        self.tensorBits = tensorBits
        self.paddingColumns = paddingColumns
    }

    /// Groups along one row.
    public var groupsPerRow: Int { (shape.columns + groupSize - 1) / groupSize }
    /// Groups along one row and its padding columns.
    public var unpackedGroupCount: Int { (shape.columns + paddingColumns + groupSize - 1) / groupSize }
    /// The columns of one group; the last group of a row may be short.
    public func columns(ofGroup group: Int) -> Range<Int> {
        group * groupSize..<min((group + 1) * groupSize, shape.columns)
    }
    /// Bytes of all rows.
    public var byteCount: Int { shape.rows * bytesPerRow }
    /// Bits per weight, scales, zero points and padding included.
    public var bitsPerWeight: Double {
        shape.elementCount == 0 ? 0 : Double(byteCount * 8 + tensorBits) / Double(shape.elementCount)
    }
    /// Bits of the whole matrix that carry nothing.
    public var paddingBits: Int { byteCount * 8 - codeBits - scaleBits - zeroPointBits }
}
