extension PackedMatrix {
    /// The values of all rows as the kernel multiplies them, in f32, in memory of their own.
    ///
    /// - Throws: ``KernelError/outOfMemory(_:)`` if they take more than the machine has.
    public func decoded(pool: WorkPool = .shared) throws(KernelError) -> FloatMatrix {
        let (count, overflow) = shape.elementCount.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard !overflow else {
            throw .shapeMismatch("A \(shape.rows) × \(shape.columns) matrix is too large for this machine.")
        }
        let storage = try ByteStorage(
            count: count, for: "A \(shape.rows) × \(shape.columns) matrix of f32")
        let columns = shape.columns
        pool.runRanges(total: shape.rows, minimumLength: 4) { rows in
            let values = storage.pointer.bindMemory(to: Float.self)
            for row in rows {
                decode(
                    row: row,
                    into: UnsafeMutableBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]))
            }
        }
        return try FloatMatrix(shape: shape, storage: .f32, bytes: storage.bytes, owner: storage)
    }
}
