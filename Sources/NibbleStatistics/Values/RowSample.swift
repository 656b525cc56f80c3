import NibbleKernels

/// Bytes on the heap that keep a copied sample alive.
private final class SampleBytes: @unchecked Sendable {
    let pointer: UnsafeMutableRawBufferPointer

    init(count: Int) {
        pointer = .allocate(byteCount: max(count, 1), alignment: 64)
        pointer.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { pointer.deallocate() }
}

extension FloatMatrix {
    /// A matrix of `rows` of this matrix's rows, spread evenly and always the same ones, copied as they are
    /// stored.
    ///
    /// Encoding the sample gives a first picture at once: rows and groups come out as in the whole matrix;
    /// only a range shared by the whole tensor is that of the sample.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` only if the matrix itself is unusable.
    public func sample(rows: Int) throws(KernelError) -> FloatMatrix {
        try sample(rows: rows, extremes: [])
    }

    /// A sample, followed by one row that begins with `extremes` where there are any and is zero otherwise.
    func sample(rows: Int, extremes: [Float]) throws(KernelError) -> FloatMatrix {
        let selection = RowSelection(total: shape.rows, sampleRows: rows)
        guard !selection.isWhole || !extremes.isEmpty else { return self }
        let rowBytes = shape.columns * storage.byteCount
        let copiedRows = selection.count + (extremes.isEmpty ? 0 : 1)
        let copy = SampleBytes(count: copiedRows * rowBytes)
        for position in 0..<selection.count where rowBytes > 0 {
            let start = selection[position] * rowBytes
            UnsafeMutableRawBufferPointer(
                rebasing: copy.pointer[position * rowBytes..<(position + 1) * rowBytes]
            )
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowBytes]))
        }
        store(extremes, in: copy.pointer, from: selection.count * rowBytes)
        return try FloatMatrix(
            shape: MatrixShape(rows: copiedRows, columns: shape.columns), storage: storage,
            bytes: UnsafeRawBufferPointer(rebasing: copy.pointer[0..<copiedRows * rowBytes]), owner: copy
        )
    }

    /// Writes numbers as this matrix stores them.
    private func store(_ values: [Float], in bytes: UnsafeMutableRawBufferPointer, from start: Int) {
        for (index, value) in values.enumerated() {
            let offset = start + index * storage.byteCount
            switch storage {
            case .f64:
                bytes.storeBytes(
                    of: Double(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt64.self)
            case .f32:
                bytes.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
            case .f16:
                bytes.storeBytes(
                    of: Float16(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt16.self)
            case .bf16:
                bytes.storeBytes(
                    of: UInt16(value.bitPattern >> 16).littleEndian, toByteOffset: offset, as: UInt16.self)
            }
        }
    }

    /// The bytes of one row, as stored.
    func storedRow(_ row: Int) -> UnsafeRawBufferPointer {
        let rowBytes = shape.columns * storage.byteCount
        return UnsafeRawBufferPointer(rebasing: bytes[row * rowBytes..<(row + 1) * rowBytes])
    }
}
