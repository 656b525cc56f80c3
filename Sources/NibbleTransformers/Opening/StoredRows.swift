import NibbleCheckpoints
import NibbleJSON
import NibbleKernels
import NibbleText

/// The bytes of some rows of a layer: where they lie in the mapped file, or gathered from it.
struct StoredRows {
    let bytes: UnsafeRawBufferPointer
    /// What keeps the bytes alive: the mapped file, or the copy.
    let owner: AnyObject & Sendable

    /// The rows of a layer in its tensor.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` for rows that the layer or the tensor lacks, `KernelError.outOfMemory`.
    init(_ layer: LinearLayer, rows: Range<Int>, in tensor: Tensor) throws {
        guard rows.lowerBound >= 0, rows.upperBound <= layer.shape.rows else {
            throw TransformerError.tensor("The layer \(layer.id) has \(layer.shape.rows) rows.")
        }
        let view = layer.source.view
        let slices = view.slice == nil ? 1 : max(tensor.description.shape.first ?? 1, 1)
        let length = tensor.bytes.count / slices
        let start = (view.slice ?? 0) * length
        let part = UnsafeRawBufferPointer(rebasing: tensor.bytes[start..<start + length])
        guard let rowBytes = TensorDescription.byteCount(of: layer.stored, elementCount: layer.shape.columns)
        else {
            throw TransformerError.tensor(
                "The rows of \(layer.id) are no whole blocks of \(layer.stored.safetensorsName).")
        }
        guard view.isContiguous else {
            let copy = try Self.gather(layer, rows, from: part, rowBytes: rowBytes)
            (bytes, owner) = (copy.bytes, copy)
            return
        }
        let range = view.storedRow(rows.lowerBound) * rowBytes..<(view.firstRow + rows.upperBound) * rowBytes
        guard range.upperBound <= part.count else { throw Self.beyond(layer) }
        (bytes, owner) = (UnsafeRawBufferPointer(rebasing: part[range]), tensor.file)
    }

    private static func beyond(_ layer: LinearLayer) -> TransformerError {
        .tensor("The tensor \(layer.tensorName.printable) is too short for \(layer.id).")
    }

    private static func gather(
        _ layer: LinearLayer, _ rows: Range<Int>, from part: UnsafeRawBufferPointer, rowBytes: Int
    ) throws -> ByteStorage {
        let view = layer.source.view
        let storedRows = part.count / max(rowBytes, 1)
        guard rows.isEmpty || view.storedRow(rows.upperBound - 1) < storedRows else { throw beyond(layer) }
        let what = "The layer \(layer.id), turned as products need it,"
        return try ByteStorage(count: rows.count * rowBytes, for: what) { target in
            if view.isTransposed {
                turn(
                    rows.map(view.storedRow), columns: layer.shape.columns, size: layer.stored.byteCount,
                    stride: storedRows, part, target)
            } else {
                for (place, row) in rows.enumerated() {
                    let start = view.storedRow(row) * rowBytes
                    UnsafeMutableRawBufferPointer(rebasing: target[(place * rowBytes)...]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: part[start..<start + rowBytes]))
                }
            }
        }
    }

    /// Columns are taken some at a time, so that the lines of the cache that they lie in serve several rows.
    private static func turn(
        _ rows: [Int], columns: Int, size: Int, stride: Int, _ source: UnsafeRawBufferPointer,
        _ target: UnsafeMutableRawBufferPointer
    ) {
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        let together = 64
        for first in Swift.stride(from: 0, to: columns, by: together) {
            for (place, row) in rows.enumerated() {
                for column in first..<min(first + together, columns) {
                    (to + (place * columns + column) * size).copyMemory(
                        from: from + (column * stride + row) * size, byteCount: size)
                }
            }
        }
    }
}
