/// The eight scales and minima of Q4_K and Q5_K: two f16 factors and six bits for each, 16 bytes in all (Numerics §6).
///
/// Of scale s_j and minimum m_j, j < 4 lie in the low six bits of bytes 4 + j and 8 + j; those of j ≥ 4 have their low four bits
/// in the halves of byte 8 + j and their high two on top of bytes j and 4 + j.
enum SixBitScales {
    /// Scale and minimum of one group.
    static func factors(_ group: Int, _ block: UnsafePointer<UInt8>) -> (scale: Float, minimum: Float) {
        let (scale, minimum) = codes(group, block)
        return (block.half(0) * Float(scale), -(block.half(2) * Float(minimum)))
    }

    /// The six bits of both, from a block.
    static func codes(_ group: Int, _ block: UnsafePointer<UInt8>) -> (scale: UInt8, minimum: UInt8) {
        let bytes = block + 4
        guard group >= 4 else { return (bytes[group] & 63, bytes[group + 4] & 63) }
        return (
            bytes[group + 4] & 15 | (bytes[group - 4] >> 6) << 4,
            bytes[group + 4] >> 4 | (bytes[group] >> 6) << 4
        )
    }

    /// Puts the six bits of both into a block that has zeros there; groups come in order.
    static func put(_ scale: UInt8, _ minimum: UInt8, group: Int, in block: UnsafeMutablePointer<UInt8>) {
        let bytes = block + 4
        if group < 4 {
            bytes[group] = scale
            bytes[group + 4] = minimum
        } else {
            bytes[group + 4] = scale & 15 | (minimum & 15) << 4
            bytes[group - 4] |= (scale >> 4) << 6
            bytes[group] |= (minimum >> 4) << 6
        }
    }
}
