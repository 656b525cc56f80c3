/// A quantized weight matrix: the bytes that the kernel multiplies and that every figure is made from.
///
/// Immutable, so that sessions and screens share it freely. A matrix in a float format whose source is stored that
/// way already is not copied: its rows are the mapped file's.
public struct PackedMatrix: @unchecked Sendable {
    /// The format of the codes.
    public let format: any NumericFormat
    /// What the rows have in common.
    public let context: RowContext
    let storage: MatrixStorage

    init(format: any NumericFormat, context: RowContext, storage: MatrixStorage) {
        self.format = format
        self.context = context
        self.storage = storage
    }

    init(
        format: any NumericFormat, context: RowContext, base: UnsafeRawPointer, owner: AnyObject & Sendable,
        isBorrowed: Bool
    ) {
        self.init(
            format: format, context: context,
            storage: MatrixStorage(.init(base: base, owner: owner, isBorrowed: isBorrowed)))
    }

    /// Rows and columns.
    public var shape: MatrixShape { context.layout.shape }
    /// Where the bits go.
    public var layout: PackedLayout { context.layout }
    /// How the rows are stored.
    public var encoding: StorageEncoding { context.encoding }
    /// Whether the rows belong to a mapped file and cost no memory of their own.
    public var isBorrowed: Bool { storage.rows?.isBorrowed ?? false }

    /// Calls `body` with the packed bytes of one row, which are valid only until it returns.
    ///
    /// Where the run-time layout has replaced the rows, the row is rebuilt from it.
    public func withBytes<Result>(row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        precondition(row >= 0 && row < shape.rows, "row out of range")
        let count = layout.bytesPerRow
        if let rows = storage.rows {
            return try withExtendedLifetime(rows.owner) {
                try body(UnsafeRawBufferPointer(start: rows.base + row * count, count: count))
            }
        }
        guard let tiles = storage.tiles, let format = format as? any InterleavedCoded else {
            preconditionFailure("a matrix has its rows or their layout")
        }
        return try withUnsafeTemporaryAllocation(byteCount: max(count, 1), alignment: 64) { space in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: space[..<count])
            tiles.copyRow(row, format: format, context: context, into: bytes)
            return try body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Whether both are the same packed bytes in memory.
    public func sharesBytes(with other: PackedMatrix) -> Bool { storage === other.storage }

    /// All packed bytes, row after row: a copy.
    public func packedBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(layout.byteCount)
        for row in 0..<shape.rows { withBytes(row: row) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// The packed bytes of one row: a copy.
    public func packedBytes(row: Int) -> [UInt8] { withBytes(row: row) { Array($0) } }

    /// Bytes of memory that this matrix holds beyond a mapped file: its packed rows, or the run-time layout in their place.
    public var residentByteCount: Int {
        let resident = storage.residentByteCount
        return (resident.rows ? layout.byteCount : 0) + resident.tiles
    }

    /// Why products read the packed rows instead of a faster layout, if they do for want of memory.
    public var layoutProblem: String? { storage.problem }
}
