extension PackedMatrix {
    /// Takes rows that are packed already, such as a tensor of a mapped GGUF file, where they lie: nothing is copied or encoded.
    ///
    /// - Parameters:
    ///   - format: The format's name; its options are the defaults.
    ///   - bytes: Row after row as `layout(of:encoding:)` of the format lays them out, at any alignment. Any bytes are a
    ///     matrix: scales that are NaN or infinite decode to that.
    ///   - owner: What keeps `bytes` alive and unchanged.
    /// - Throws: ``KernelError/unknownName(_:)`` for a name that the catalogue lacks, ``KernelError/unsupported(_:)`` for a format
    ///   whose rows don't stand for themselves, ``KernelError/shapeMismatch(_:)`` if the bytes aren't as many as the shape needs.
    public static func wrapping(
        format name: String, shape: MatrixShape, bytes: UnsafeRawBufferPointer, owner: AnyObject & Sendable
    ) throws(KernelError) -> PackedMatrix {
        let format = try FormatCatalogue.format(named: name)
        let encoding = format.defaultEncoding
        let layout = try format.layout(of: shape, encoding: encoding)
        guard encoding.granularity == .fixed, layout.tensorBits == 0 else {
            throw .unsupported("\(format.name) rows need more than their bytes: encode the matrix instead.")
        }
        guard bytes.count == layout.byteCount else {
            throw .shapeMismatch(
                "A \(shape.rows) × \(shape.columns) matrix of \(format.name) takes \(layout.byteCount) bytes, not "
                    + "\(bytes.count).")
        }
        let context = RowContext(layout: layout, parameters: TensorParameters(), encoding: encoding)
        guard let base = bytes.baseAddress else {
            let empty = ByteStorage(count: 0)
            return PackedMatrix(
                format: format, context: context, base: UnsafeRawPointer(empty.pointer.baseAddress!),
                owner: empty, isBorrowed: false)
        }
        return PackedMatrix(format: format, context: context, base: base, owner: owner, isBorrowed: true)
    }
}
