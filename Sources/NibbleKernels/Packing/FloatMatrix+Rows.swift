extension FloatMatrix {
    /// Converts one row to f32 into `values`, which must have as many elements as the matrix has columns.
    public func copyRow(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        precondition(row >= 0 && row < shape.rows && values.count == shape.columns, "row out of range")
        guard let target = values.baseAddress else { return }
        copy(row: row, columns: 0..<shape.columns, into: target)
    }

    /// Converts some columns of one row to f32.
    func copy(row: Int, columns: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        guard let base else { return }
        let source = base + (row * shape.columns + columns.lowerBound) * storage.byteCount
        switch storage {
        case .f32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: columns.count * 4)
        case .f16: InnerLoops.best.pointee.convert_f16(source, target, columns.count)
        case .bf16: InnerLoops.best.pointee.convert_bf16(source, target, columns.count)
        case .f64:
            for column in 0..<columns.count {
                target[column] = Float(source.loadUnaligned(fromByteOffset: column * 8, as: Double.self))
            }
        }
    }

    /// One row as f32.
    public func row(_ row: Int) -> [Float] {
        guard shape.columns > 0 else { return [] }
        return [Float](unsafeUninitializedCapacity: shape.columns) { buffer, count in
            copyRow(row, into: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.columns]))
            count = shape.columns
        }
    }

    /// The bytes of all numbers, as stored.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: shape.elementCount * storage.byteCount)
    }
}
