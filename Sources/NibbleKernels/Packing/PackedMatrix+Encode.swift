import Synchronization

extension PackedMatrix {
    /// Encodes a matrix.
    ///
    /// A float format equal to the source's storage borrows the source's memory instead of copying it.
    /// - Parameters:
    ///   - importance: How much an error in each column matters, such as the mean square of its input; formats whose
    ///     ``NumericFormat/usesImportance`` is false encode as without.
    ///   - progress: Called from the working threads with the share done, 0…1.
    /// - Throws: ``KernelError/unknownName(_:)``, ``KernelError/unsupported(_:)`` for options that the format lacks,
    ///   or importance that isn't one finite number of at least 0 for each column, ``KernelError/outOfMemory(_:)`` for packed
    ///   rows larger than the machine's memory, ``KernelError/cancelled``.
    public static func encode(
        _ source: FloatMatrix, encoding: StorageEncoding, importance: [Float]? = nil,
        pool: WorkPool = .shared, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws(KernelError) -> PackedMatrix {
        let format = try FormatCatalogue.format(named: encoding.format)
        guard format.canEncode else {
            throw .unsupported(
                "\(format.name) is read from files but cannot be written: choose another format, such as q2_k."
            )
        }
        try check(importance, source.shape)
        let layout = try format.layout(of: source.shape, encoding: encoding)
        let what = "A \(source.shape.rows) × \(source.shape.columns) matrix of \(format.name)"
        let isKept = (format as? FloatFormat)?.storage == source.storage
        if !isKept { try MachineMemory.check(layout.byteCount, for: what) }
        let parameters = try format.parameters(of: source, encoding: encoding, cancellation: cancellation)
        let context = RowContext(layout: layout, parameters: parameters, encoding: encoding)
        if isKept, let base = source.base {
            return PackedMatrix(
                format: format, context: context, base: base, owner: source.owner, isBorrowed: true)
        }
        let storage = try ByteStorage(count: layout.byteCount, for: what)
        let weighted = RowContext(
            layout: layout, parameters: parameters, encoding: encoding,
            importance: format.usesImportance ? importance : nil)
        encodeRows(of: source, format: format, context: weighted, into: storage, pool, cancellation, progress)
        try cancellation.check()
        return PackedMatrix(
            format: format, context: context, base: UnsafeRawPointer(storage.pointer.baseAddress!),
            owner: storage,
            isBorrowed: false)
    }

    private static func check(_ importance: [Float]?, _ shape: MatrixShape) throws(KernelError) {
        guard let importance else { return }
        guard importance.count == shape.columns else {
            throw .unsupported(
                "\(importance.count) importance weights cannot belong to \(shape.columns) columns.")
        }
        guard let wrong = importance.first(where: { !($0 >= 0 && $0 < .infinity) }) else { return }
        throw .unsupported("An importance weight must be a finite number of at least 0, not \(wrong).")
    }

    private static func encodeRows(
        of source: FloatMatrix, format: any NumericFormat, context: RowContext, into storage: ByteStorage,
        _ pool: WorkPool, _ cancellation: Cancellation, _ progress: (@Sendable (Double) -> Void)?
    ) {
        let done = Atomic<Int>(0)
        let bytesPerRow = context.layout.bytesPerRow
        pool.runRanges(total: source.shape.rows, minimumLength: 4) { rows in
            guard !cancellation.isCancelled else { return }
            withUnsafeTemporaryAllocation(of: Float.self, capacity: source.shape.columns) { values in
                for row in rows {
                    source.copyRow(row, into: values)
                    let start = row * bytesPerRow
                    let bytes = UnsafeMutableRawBufferPointer(
                        rebasing: storage.pointer[start..<start + bytesPerRow])
                    format.encode(
                        row: UnsafeBufferPointer(values), context: context.at(row: row), into: bytes)
                }
            }
            let total = done.add(rows.count, ordering: .relaxed).newValue
            progress?(Double(total) / Double(max(source.shape.rows, 1)))
        }
    }
}

extension PackedMatrix {
    /// Decodes one row into `values`, which must have as many elements as the matrix has columns.
    public func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        precondition(values.count == shape.columns, "one value for each column")
        withBytes(row: row) { format.decode(row: $0, context: context.at(row: row), into: values) }
    }

    /// Decodes one row into `values`.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` for a row that the matrix lacks, or another count than its columns.
    public func decode(row: Int, into values: inout MutableSpan<Float>) throws(KernelError) {
        guard row >= 0, row < shape.rows, values.count == shape.columns else {
            throw .shapeMismatch(
                "Row \(row) of a \(shape.rows) × \(shape.columns) matrix cannot be decoded into "
                    + "\(values.count) values.")
        }
        values.withUnsafeMutableBufferPointer { decode(row: row, into: $0) }
    }

    /// One row as the kernel multiplies it.
    public func decode(row: Int) -> [Float] {
        guard shape.columns > 0 else { return [] }
        return [Float](unsafeUninitializedCapacity: shape.columns) { buffer, count in
            decode(row: row, into: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.columns]))
            count = shape.columns
        }
    }

    /// The codes of one row; see ``NumericFormat/codes(row:context:into:)``.
    public func codes(row: Int, into codes: UnsafeMutableBufferPointer<Int32>) {
        precondition(codes.count == shape.columns, "one code for each column")
        withBytes(row: row) { format.codes(row: $0, context: context.at(row: row), into: codes) }
    }

    /// The codes of one row.
    public func codes(row: Int) -> [Int32] {
        guard shape.columns > 0 else { return [] }
        return [Int32](unsafeUninitializedCapacity: shape.columns) { buffer, count in
            codes(row: row, into: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.columns]))
            count = shape.columns
        }
    }

    /// The grid of the group that holds a column of a row; nil for formats without one.
    public func grid(row: Int, column: Int) -> CodeGrid? {
        precondition(column >= 0 && column < shape.columns, "column out of range")
        return withBytes(row: row) { format.grid(row: $0, context: context.at(row: row), column: column) }
    }

    /// A copy with one code replaced, for showing that every figure follows the bytes.
    public func replacingCode(row: Int, column: Int, code: Int32) -> PackedMatrix {
        precondition(
            row >= 0 && row < shape.rows && column >= 0 && column < shape.columns, "place out of range")
        let storage = ByteStorage(count: layout.byteCount)
        for index in 0..<shape.rows {
            withBytes(row: index) { bytes in
                let target = storage.pointer[index * layout.bytesPerRow..<(index + 1) * layout.bytesPerRow]
                UnsafeMutableRawBufferPointer(rebasing: target).copyMemory(from: bytes)
            }
        }
        let start = row * layout.bytesPerRow
        let rowBytes = UnsafeMutableRawBufferPointer(
            rebasing: storage.pointer[start..<start + layout.bytesPerRow])
        format.replaceCode(row: rowBytes, context: context.at(row: row), column: column, code: code)
        return PackedMatrix(
            format: format, context: context, base: UnsafeRawPointer(storage.pointer.baseAddress!),
            owner: storage,
            isBorrowed: false)
    }
}
