/// Widens stored elements to 32-bit floats.
enum FloatConversion {
    /// Writes one float for every element of `bytes`; `type` must be usable, and `floats` long enough.
    static func convert(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType, into floats: UnsafeMutableBufferPointer<Float>
    ) {
        switch type {
        case .f32: convert(bytes, UInt32.self, into: floats) { Float(bitPattern: $0) }
        case .f16: convert(bytes, UInt16.self, into: floats, half)
        case .bf16: convert(bytes, UInt16.self, into: floats) { Float(bitPattern: UInt32($0) << 16) }
        case .f64: convert(bytes, UInt64.self, into: floats) { Float(Double(bitPattern: $0)) }
        default: preconditionFailure("Tensor.floats lets only usable types through")
        }
    }

    @inline(__always)
    private static func convert<Bits: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _: Bits.Type, into floats: UnsafeMutableBufferPointer<Float>,
        _ widen: (Bits) -> Float
    ) {
        let width = MemoryLayout<Bits>.size
        for index in 0..<(bytes.count / width) {
            let bits = bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self)
            floats.initializeElement(at: index, to: widen(Bits(littleEndian: bits)))
        }
    }

    /// binary16 → binary32 without branches, so that the loop vectorizes.
    ///
    /// The exponent fields differ by a bias of 112: the moved bits, read as a float and multiplied by 2^112, are right
    /// for normal and subnormal numbers alike. Infinity and NaN have exponent 31 and get the largest one instead.
    @inline(__always)
    static func half(_ bits: UInt16) -> Float {
        let magnitude = UInt32(bits & 0x7FFF) << 13
        let sign = UInt32(bits & 0x8000) << 16
        let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
        let special = magnitude | 0x7F80_0000
        return Float(bitPattern: sign | (bits & 0x7C00 == 0x7C00 ? special : finite))
    }
}
