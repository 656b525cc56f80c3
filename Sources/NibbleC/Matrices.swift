import CNibble
import NibbleKernels

/// What keeps memory of the caller alive: the caller.
private final class CallersMemory: Sendable {}

/// See `nibble_matrix_encode` in nibble.h.
@_cdecl("nibble_matrix_encode")
public func matrixEncode(
    _ setting: UnsafePointer<nibble_setting>?, _ weights: UnsafePointer<Float>?, _ rows: UInt,
    _ columns: UInt,
    _ importance: UnsafePointer<Float>?, _ pool: OpaquePointer?,
    _ matrix: UnsafeMutablePointer<OpaquePointer?>?, _ message: UnsafeMutablePointer<CChar>?,
    _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let setting = try CallSetting(setting)
        let shape = try Arguments.shape(rows, columns)
        let start = try Arguments.pointer(weights, "weights")
        let place = try Arguments.pointer(matrix, "matrix")
        let layer = try library { () throws(KernelError) in
            let format = try FormatCatalogue.format(named: setting.storage.format)
            _ = try format.layout(of: shape, encoding: setting.storage)
            try format.check(setting.arithmetic)
            let columnWeights = importance.map {
                Array(UnsafeBufferPointer(start: $0, count: shape.columns))
            }
            let packed = try encode(start, shape, setting.storage, columnWeights, PoolHandle.pool(pool))
            return try LayerOperator(weights: packed, arithmetic: setting.arithmetic)
        }
        place.pointee = retained(MatrixHandle(layer))
    }
}

/// Encodes weights that the caller owns; f32, which would be kept where it lies, is copied.
private func encode(
    _ weights: UnsafePointer<Float>, _ shape: MatrixShape, _ encoding: StorageEncoding,
    _ importance: [Float]?,
    _ pool: WorkPool
) throws(KernelError) -> PackedMatrix {
    let bytes = UnsafeRawBufferPointer(
        start: weights, count: shape.elementCount * MemoryLayout<Float>.stride)
    let source = try FloatMatrix(shape: shape, storage: .f32, bytes: bytes, owner: CallersMemory())
    let packed = try PackedMatrix.encode(source, encoding: encoding, importance: importance, pool: pool)
    guard packed.isBorrowed else { return packed }
    let copy = try ByteStorage(copying: bytes)
    let own = try FloatMatrix(shape: shape, storage: .f32, bytes: copy.bytes, owner: copy)
    return try PackedMatrix.encode(own, encoding: encoding, importance: importance, pool: pool)
}

/// See `nibble_matrix_wrap` in nibble.h.
@_cdecl("nibble_matrix_wrap")
public func matrixWrap(
    _ format: UnsafePointer<CChar>?, _ activation: UnsafePointer<CChar>?, _ bytes: UnsafeRawPointer?,
    _ byteCount: UInt, _ rows: UInt, _ columns: UInt, _ matrix: UnsafeMutablePointer<OpaquePointer?>?,
    _ message: UnsafeMutablePointer<CChar>?, _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let name = try Arguments.text(format, "format")
        let scheme: String? = if let activation { try Arguments.text(activation, "activation") } else { nil }
        let shape = try Arguments.shape(rows, columns)
        let start = try Arguments.pointer(bytes, "bytes")
        let count = try Arguments.count(byteCount, "byte_count")
        let place = try Arguments.pointer(matrix, "matrix")
        let layer = try library { () throws(KernelError) in
            let format = try FormatCatalogue.format(named: name)
            let arithmetic = scheme.map { Arithmetic(activation: $0) } ?? format.defaultArithmetic
            try format.check(arithmetic)
            let packed = try PackedMatrix.wrapping(
                format: name, shape: shape, bytes: UnsafeRawBufferPointer(start: start, count: count),
                owner: CallersMemory())
            return try LayerOperator(weights: packed, arithmetic: arithmetic)
        }
        place.pointee = retained(MatrixHandle(layer))
    }
}

/// See `nibble_matrix_read_bytes` in nibble.h.
@_cdecl("nibble_matrix_read_bytes")
public func matrixReadBytes(
    _ matrix: OpaquePointer?, _ firstRow: UInt, _ rowCount: UInt, _ bytes: UnsafeMutableRawPointer?,
    _ byteCount: UInt, _ message: UnsafeMutablePointer<CChar>?, _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let matrix = try MatrixHandle.matrix(matrix)
        let rows = try Arguments.rows(firstRow, rowCount, of: matrix.shape)
        let target = try Arguments.pointer(bytes, "bytes")
        let length = matrix.layout.bytesPerRow
        try Arguments.places(byteCount, rows.count, of: length, "byte_count")
        for row in rows {
            matrix.withBytes(row: row) { source in
                guard let base = source.baseAddress else { return }
                (target + (row - rows.lowerBound) * length).copyMemory(from: base, byteCount: length)
            }
        }
    }
}

/// See `nibble_matrix_decode` in nibble.h.
@_cdecl("nibble_matrix_decode")
public func matrixDecode(
    _ matrix: OpaquePointer?, _ firstRow: UInt, _ rowCount: UInt, _ values: UnsafeMutablePointer<Float>?,
    _ valueCount: UInt, _ message: UnsafeMutablePointer<CChar>?, _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let matrix = try MatrixHandle.matrix(matrix)
        let rows = try Arguments.rows(firstRow, rowCount, of: matrix.shape)
        let target = try Arguments.pointer(values, "values")
        let length = matrix.shape.columns
        try Arguments.places(valueCount, rows.count, of: length, "value_count")
        for row in rows {
            let start = target + (row - rows.lowerBound) * length
            matrix.decode(row: row, into: UnsafeMutableBufferPointer(start: start, count: length))
        }
    }
}
