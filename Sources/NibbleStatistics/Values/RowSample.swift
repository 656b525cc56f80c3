import NibbleKernels

/// Bytes on the heap that keep a copied sample alive.
private final class SampleBytes: @unchecked Sendable {
    let pointer: UnsafeMutableRawBufferPointer

    init(count: Int) { pointer = .allocate(byteCount: max(count, 1), alignment: 64) }

    deinit { pointer.deallocate() }
}

extension FloatMatrix {
    /// A matrix of `rows` of this matrix's rows, spread evenly and always the same ones, copied as they are stored.
    ///
    /// Encoding the sample gives a first picture at once: rows and groups come out as in the whole matrix; only a
    /// range shared by the whole tensor is that of the sample.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` only if the matrix itself is unusable.
    public func sample(rows: Int) throws(KernelError) -> FloatMatrix {
        let selection = RowSelection(total: shape.rows, sampleRows: rows)
        guard !selection.isWhole else { return self }
        let rowBytes = shape.columns * storage.byteCount
        let copy = SampleBytes(count: selection.count * rowBytes)
        for position in 0..<selection.count where rowBytes > 0 {
            let start = selection[position] * rowBytes
            UnsafeMutableRawBufferPointer(
                rebasing: copy.pointer[position * rowBytes..<(position + 1) * rowBytes]
            )
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowBytes]))
        }
        return try FloatMatrix(
            shape: MatrixShape(rows: selection.count, columns: shape.columns), storage: storage,
            bytes: UnsafeRawBufferPointer(rebasing: copy.pointer[0..<selection.count * rowBytes]), owner: copy
        )
    }

    /// The bytes of one row, as stored.
    func storedRow(_ row: Int) -> UnsafeRawBufferPointer {
        let rowBytes = shape.columns * storage.byteCount
        return UnsafeRawBufferPointer(rebasing: bytes[row * rowBytes..<(row + 1) * rowBytes])
    }
}
