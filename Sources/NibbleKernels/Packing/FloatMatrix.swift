/// A matrix of stored floating-point numbers that is read where it lies, such as a tensor of a mapped file.
public struct FloatMatrix: @unchecked Sendable {
    /// How one number is stored, little-endian.
    public enum Storage: String, Hashable, Sendable {
        /// IEEE 754 binary64, binary32 and binary16, and bfloat16, the upper half of binary32.
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
        let (rowBytes, isTooLong) = shape.columns.multipliedReportingOverflow(by: storage.byteCount)
        guard shape.columns >= 0, !isTooLong, shape.rows.fits(bytes.count, of: rowBytes) else {
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
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if there aren't rows × columns of them, ``KernelError/outOfMemory(_:)``.
    public init(shape: MatrixShape, values: [Float]) throws(KernelError) {
        let owner = try ByteStorage(
            count: values.count * MemoryLayout<Float>.stride, for: "A copy of \(values.count) numbers")
        values.withUnsafeBytes { owner.pointer.copyMemory(from: $0) }
        try self.init(shape: shape, storage: .f32, bytes: owner.bytes, owner: owner)
    }
}
