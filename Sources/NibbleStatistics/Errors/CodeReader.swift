import NibbleKernels

/// Reads rows of weights together with their codes, into memory that is reused from row to row.
final class CodeReader {
    let source: FloatMatrix
    let packed: PackedMatrix
    private let weightBuffer: UnsafeMutableBufferPointer<Float>
    private let codeBuffer: UnsafeMutableBufferPointer<Int32>
    private let valueBuffer: UnsafeMutableBufferPointer<Float>
    /// The packed bytes of one row, which may have to be rebuilt from the layout that is multiplied.
    private let rowBuffer: UnsafeMutableRawBufferPointer
    private var loadedRow: Int?

    /// - Throws: ``KernelError/shapeMismatch(_:)`` if the matrices differ in shape.
    init(_ packed: PackedMatrix, source: FloatMatrix) throws(KernelError) {
        guard packed.shape == source.shape else {
            throw .shapeMismatch(
                "The packed matrix is \(packed.shape.rows) × \(packed.shape.columns), its source "
                    + "\(source.shape.rows) × \(source.shape.columns): they must be of one layer.")
        }
        self.source = source
        self.packed = packed
        weightBuffer = .allocate(capacity: source.shape.columns)
        codeBuffer = .allocate(capacity: source.shape.columns)
        valueBuffer = .allocate(capacity: source.shape.columns)
        rowBuffer = .allocate(byteCount: max(packed.layout.bytesPerRow, 1), alignment: 64)
        codeBuffer.initialize(repeating: 0)
        weightBuffer.initialize(repeating: 0)
        valueBuffer.initialize(repeating: 0)
    }

    deinit {
        weightBuffer.deallocate()
        codeBuffer.deallocate()
        valueBuffer.deallocate()
        rowBuffer.deallocate()
    }

    /// Whether the format has a scaled grid; float formats have none.
    var hasGrid: Bool {
        packed.shape.elementCount > 0 && grid(row: 0, group: 0) != nil
    }

    /// The grid of a group of a row.
    func grid(row: Int, group: Int) -> CodeGrid? {
        packed.format.grid(
            row: bytes(row: row), context: packed.context.at(row: row),
            column: group * packed.layout.groupSize)
    }

    private func bytes(row: Int) -> UnsafeRawBufferPointer {
        if loadedRow != row { packed.withBytes(row: row) { rowBuffer.copyMemory(from: $0) } }
        loadedRow = row
        return UnsafeRawBufferPointer(rebasing: rowBuffer[..<packed.layout.bytesPerRow])
    }

    /// The columns of a group.
    func columns(ofGroup group: Int) -> Range<Int> {
        let start = group * packed.layout.groupSize
        return start..<min(start + packed.layout.groupSize, packed.shape.columns)
    }

    /// The row's original weights; valid until the next call.
    func weights(row: Int) -> UnsafeBufferPointer<Float> {
        source.copyRow(row, into: weightBuffer)
        return UnsafeBufferPointer(weightBuffer)
    }

    /// The row's codes; valid until the next call.
    func codes(row: Int) -> UnsafeBufferPointer<Int32> {
        packed.format.codes(row: bytes(row: row), context: packed.context.at(row: row), into: codeBuffer)
        return UnsafeBufferPointer(codeBuffer)
    }

    /// The row's values as the kernel multiplies them; valid until the next call.
    func values(row: Int) -> UnsafeBufferPointer<Float> {
        packed.format.decode(
            row: bytes(row: row), context: packed.context.at(row: row), into: valueBuffer)
        return UnsafeBufferPointer(valueBuffer)
    }
}

extension UnsafeBufferPointer {
    /// The elements of `range` without a copy.
    func part(_ range: Range<Int>) -> UnsafeBufferPointer { UnsafeBufferPointer(rebasing: self[range]) }
}
