extension PackedMatrix {
    /// The parts that rows of an encoding have, to be filled in for
    /// ``assembling(shape:encoding:parameters:parts:)``.
    ///
    /// - Throws: ``KernelError/unknownName(_:)``, ``KernelError/unsupported(_:)`` or
    ///   ``KernelError/shapeMismatch(_:)`` as for encoding.
    public static func partsLayout(
        shape: MatrixShape, encoding: StorageEncoding
    ) throws(KernelError) -> RowPartsLayout {
        let (format, context) = try parted(shape, encoding)
        return format.partsLayout(context)
    }

    /// A packed matrix of given codes, scales, zero points …, of which none is rounded.
    ///
    ///     var row = RowParts(try PackedMatrix.partsLayout(shape: shape, encoding: encoding))
    ///     row.codes = [8, 9, 7, 15]
    ///     row.scales = [0x3800]
    ///     let matrix = try PackedMatrix.assembling(shape: shape, encoding: encoding, parts: [row])
    ///
    /// - Parameters:
    ///   - encoding: The format with its granularity; the range rule only decides which codes there are.
    ///   - parameters: What the whole tensor shares, where the format has something.
    ///   - parts: The parts of each row.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` for wrong counts, ``KernelError/unsupported(_:)`` for
    ///   codes, zero points or parameters that the format cannot hold, with row and column; and what
    ///   ``encode(_:encoding:importance:pool:cancellation:progress:)`` throws for options and memory.
    public static func assembling(
        shape: MatrixShape, encoding: StorageEncoding, parameters: TensorParameters = TensorParameters(),
        parts: [RowParts]
    ) throws(KernelError) -> PackedMatrix {
        guard parts.count == shape.rows else {
            throw .shapeMismatch(
                "\(parts.count) rows of parts cannot be a \(shape.rows) × \(shape.columns) matrix.")
        }
        return try assembling(shape: shape, encoding: encoding, parameters: parameters) { row, target in
            target = parts[row]
        }
    }

    /// A packed matrix whose rows are given one by one, so that the codes of a large one need not be in
    /// memory at once.
    ///
    /// - Parameters:
    ///   - progress: Called from the working threads with the share done, 0…1.
    ///   - row: Fills in the parts of a row, which come as those of a row of zeros. It is called once for
    ///     each row, in no order, from several threads; what it throws ends the work.
    /// - Throws: As ``assembling(shape:encoding:parameters:parts:)``, for the first row that is wrong; what
    ///   `row` throws for the first row for which it does; ``KernelError/cancelled``.
    public static func assembling(
        shape: MatrixShape, encoding: StorageEncoding, parameters: TensorParameters = TensorParameters(),
        pool: WorkPool = .shared, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (Double) -> Void)? = nil,
        row: @Sendable (Int, inout RowParts) throws(KernelError) -> Void
    ) throws(KernelError) -> PackedMatrix {
        let (format, context) = try parted(shape, encoding, parameters)
        try format.check(parameters, layout: context.layout, encoding: encoding)
        let storage = try ByteStorage(
            count: context.layout.byteCount,
            for: "A \(shape.rows) × \(shape.columns) matrix of \(format.name)")
        let assembly = RowAssembly(format: format, context: context, storage: storage)
        try assembly.run(pool, cancellation, progress, row)
        return PackedMatrix(
            format: format, context: context, base: UnsafeRawPointer(storage.pointer.baseAddress!),
            owner: storage, isBorrowed: false)
    }

    private static func parted(
        _ shape: MatrixShape, _ encoding: StorageEncoding, _ parameters: TensorParameters = TensorParameters()
    ) throws(KernelError) -> (any PartedFormat, RowContext) {
        let format = try FormatCatalogue.format(named: encoding.format)
        let layout = try format.layout(of: shape, encoding: encoding)
        guard let parted = format as? any PartedFormat else {
            throw .unsupported("Rows of \(format.name) cannot be put together from parts.")
        }
        return (parted, RowContext(layout: layout, parameters: parameters, encoding: encoding))
    }
}

extension PackedMatrix {
    /// The parts of one row, which ``assembling(shape:encoding:parameters:parts:)`` makes the same bytes of
    /// again.
    public func parts(row: Int) -> RowParts {
        guard let format = format as? any PartedFormat else { return RowParts() }
        var parts = RowParts(format.partsLayout(context))
        withBytes(row: row) { format.split(row: $0, context: context.at(row: row), into: &parts) }
        return parts
    }

    /// Which parts rows have, and how their bits are to be read.
    public var partsLayout: RowPartsLayout {
        (format as? any PartedFormat)?.partsLayout(context) ?? RowPartsLayout([])
    }

    /// What the whole tensor shares.
    public var parameters: TensorParameters { context.parameters }
}
