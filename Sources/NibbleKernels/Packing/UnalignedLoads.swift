extension UnsafeRawBufferPointer {
    /// The little-endian f16 at an offset that may be odd.
    func loadHalf(fromByteOffset offset: Int) -> Float {
        let bits = loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
    }

    /// The little-endian f32 at any offset.
    func loadSingle(fromByteOffset offset: Int) -> Float {
        Float(bitPattern: UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores a number as little-endian f16, rounded to nearest even.
    func storeHalf(_ value: Float, toByteOffset offset: Int) {
        storeBytes(of: Float16(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt16.self)
    }
}
