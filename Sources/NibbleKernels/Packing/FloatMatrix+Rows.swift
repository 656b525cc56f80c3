extension FloatMatrix {
    /// Converts one row to f32 into `values`, which must have as many elements as the matrix has columns.
    public func copyRow(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        precondition(row >= 0 && row < shape.rows && values.count == shape.columns, "row out of range")
        guard let base, let target = values.baseAddress else { return }
        let source = base + row * shape.columns * storage.byteCount
        switch storage {
        case .f32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: shape.columns * 4)
        case .f16: InnerLoops.best.pointee.convert_f16(source, target, shape.columns)
        case .bf16: InnerLoops.best.pointee.convert_bf16(source, target, shape.columns)
        case .f64:
            for column in values.indices {
                values[column] = Float(source.loadUnaligned(fromByteOffset: column * 8, as: Double.self))
            }
        }
    }

    /// One row as f32.
    public func row(_ row: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: shape.columns) { buffer, count in
            copyRow(row, into: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.columns]))
            count = shape.columns
        }
    }

    /// The bytes of all numbers, as stored.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: shape.elementCount * storage.byteCount)
    }
}
