/// A quantized weight matrix: the bytes that the kernel multiplies and that every figure is made from.
///
/// Immutable, so that sessions and screens share it freely. A matrix in a float format whose source is stored that
/// way already is not copied: its rows are the mapped file's.
public struct PackedMatrix: @unchecked Sendable {
    /// The format of the codes.
    public let format: any NumericFormat
    /// What the rows have in common.
    public let context: RowContext
    /// First row's first byte; valid as long as `owner` lives.
    let base: UnsafeRawPointer
    let owner: AnyObject & Sendable
    /// Whether the bytes belong to a mapped file and cost no memory of their own.
    public let isBorrowed: Bool

    init(
        format: any NumericFormat, context: RowContext, base: UnsafeRawPointer, owner: AnyObject & Sendable,
        isBorrowed: Bool
    ) {
        self.format = format
        self.context = context
        self.base = base
        self.owner = owner
        self.isBorrowed = isBorrowed
    }

    /// Rows and columns.
    public var shape: MatrixShape { context.layout.shape }
    /// Where the bits go.
    public var layout: PackedLayout { context.layout }
    /// The choices made for this layer.
    public var encoding: LayerEncoding { context.encoding }
    /// The bytes of one row.
    public func bytes(row: Int) -> UnsafeRawBufferPointer {
        precondition(row >= 0 && row < shape.rows, "row out of range")
        return UnsafeRawBufferPointer(start: base + row * layout.bytesPerRow, count: layout.bytesPerRow)
    }
    /// All bytes, row after row.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: layout.byteCount) }
    /// Bytes of memory that this matrix holds beyond a mapped file.
    public var residentByteCount: Int { isBorrowed ? 0 : layout.byteCount }
}
