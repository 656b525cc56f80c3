/// A matrix of stored floating-point numbers that is read where it lies, such as a tensor of a mapped file.
public struct FloatMatrix: @unchecked Sendable {
    /// How one number is stored, little-endian.
    public enum Storage: String, Hashable, Sendable {
        case f64, f32, f16, bf16
        /// Bytes per number.
        public var byteCount: Int {
            switch self {
            case .f64: 8
            case .f32: 4
            case .f16, .bf16: 2
            }
        }
    }

    /// Rows and columns.
    public let shape: MatrixShape
    /// How one number is stored.
    public let storage: Storage
    /// The numbers, row after row, possibly unaligned; valid as long as `owner` lives.
    let base: UnsafeRawPointer?
    /// What keeps the memory at `base` alive and unchanged.
    let owner: AnyObject & Sendable

    /// Wraps `bytes`, which `owner` keeps alive and nobody changes.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if `bytes` isn't rows × columns × bytes per number.
    public init(
        shape: MatrixShape, storage: Storage, bytes: UnsafeRawBufferPointer, owner: AnyObject & Sendable
    ) throws(KernelError) {
        let (count, overflow) = shape.rows.multipliedReportingOverflow(by: shape.columns)
        guard shape.rows >= 0, shape.columns >= 0, !overflow, bytes.count == count * storage.byteCount else {
            throw .shapeMismatch(
                "A \(shape.rows) × \(shape.columns) matrix of \(storage.rawValue) does not fit \(bytes.count) bytes."
            )
        }
        self.shape = shape
        self.storage = storage
        self.base = bytes.baseAddress
        self.owner = owner
    }

    /// Copies `values`, row after row.
    public init(shape: MatrixShape, values: [Float]) throws(KernelError) {
        let owner = ByteStorage(copying: values)
        try self.init(shape: shape, storage: .f32, bytes: owner.bytes, owner: owner)
    }
}
