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

    /// Number of weights.
    public var elementCount: Int { rows * columns }
}
