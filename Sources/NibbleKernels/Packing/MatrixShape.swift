/// Rows (output channels) and columns (input channels) of a weight matrix.
public struct MatrixShape: Hashable, Sendable {
    /// Output channels.
    public let rows: Int
    /// Input channels, the length K of each dot product.
    public let columns: Int

    /// Makes a shape.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Number of weights; the largest number for a shape that no memory holds.
    public var elementCount: Int {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        return overflow ? .max : count
    }
}
