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

    /// The numbers from which a range rule finds a range for the whole tensor.
    ///
    /// Min-max and clip need only the extremes; a percentile needs all numbers; the error search looks at about 2¹⁸ of
    /// them, spread evenly, besides the extremes.
    func representativeValues(
        for rule: RangeRule, cancellation: Cancellation
    ) throws(KernelError) -> [Float] {
        switch rule {
        case .percentile: try values(every: 1, cancellation)
        case .meanSquaredError:
            try values(every: max(1, shape.elementCount >> 18), cancellation) + extremes(cancellation)
        case .minMax, .clip, .fractionBits: try extremes(cancellation)
        }
    }

    /// Every `stride`-th number.
    private func values(every stride: Int, _ cancellation: Cancellation) throws(KernelError) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(shape.elementCount / stride + 1)
        var next = 0
        for row in 0..<shape.rows {
            if row % 64 == 0 { try cancellation.check() }
            let numbers = self.row(row)
            if stride == 1 {
                values.append(contentsOf: numbers)
                continue
            }
            while next < (row + 1) * shape.columns {
                values.append(numbers[next - row * shape.columns])
                next += stride
            }
        }
        return values
    }

    /// The smallest and the largest finite number.
    private func extremes(_ cancellation: Cancellation) throws(KernelError) -> [Float] {
        var range: RangeSearch.Range = (0, 0)
        for row in 0..<shape.rows {
            if row % 64 == 0 { try cancellation.check() }
            let found = self.row(row).withUnsafeBufferPointer(RangeSearch.extremes)
            range = (min(range.lower, found.lower), max(range.upper, found.upper))
        }
        return [range.lower, range.upper]
    }
}
