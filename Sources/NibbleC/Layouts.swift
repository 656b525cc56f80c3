import CNibble
import NibbleKernels

/// Writes the figures of a layout into a caller's structure.
private func write(
    _ layout: PackedLayout, to pointer: UnsafeMutablePointer<nibble_layout>?
) throws(CallError) {
    let pointer = try Arguments.pointer(pointer, "layout")
    let (size, known) = (pointer.pointee.size, MemoryLayout<nibble_layout>.size)
    try Arguments.size(size, atLeast: known, of: pointer, "nibble_layout")
    UnsafeMutableRawPointer(pointer).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    pointer.pointee = nibble_layout(
        size: size, rows: UInt64(layout.shape.rows), columns: UInt64(layout.shape.columns),
        bytes_per_row: UInt64(layout.bytesPerRow), byte_count: UInt64(layout.byteCount),
        group_size: UInt64(layout.groupSize), code_bits: UInt64(layout.codeBits),
        scale_bits: UInt64(layout.scaleBits), zero_point_bits: UInt64(layout.zeroPointBits),
        padding_bits: UInt64(max(layout.paddingBits, 0)), bits_per_weight: layout.bitsPerWeight)
}

/// See `nibble_layout_query` in nibble.h.
@_cdecl("nibble_layout_query")
public func layoutQuery(
    _ setting: UnsafePointer<nibble_setting>?, _ rows: UInt, _ columns: UInt,
    _ layout: UnsafeMutablePointer<nibble_layout>?, _ message: UnsafeMutablePointer<CChar>?,
    _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let storage = try CallSetting(setting).storage
        let shape = try Arguments.shape(rows, columns)
        let answer = try library { () throws(KernelError) in
            try FormatCatalogue.format(named: storage.format).layout(of: shape, encoding: storage)
        }
        try write(answer, to: layout)
    }
}

/// See `nibble_matrix_layout` in nibble.h.
@_cdecl("nibble_matrix_layout")
public func matrixLayout(
    _ matrix: OpaquePointer?, _ layout: UnsafeMutablePointer<nibble_layout>?,
    _ message: UnsafeMutablePointer<CChar>?, _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        try write(try MatrixHandle.matrix(matrix).layout, to: layout)
    }
}
