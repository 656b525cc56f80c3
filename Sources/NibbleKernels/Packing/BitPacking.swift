/// Unsigned codes of 1 to 16 bits side by side, the first code in the lowest bits, without gaps.
enum BitPacking {
    /// Bytes of `count` codes of `bits` bits.
    static func byteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

    /// Packs codes into `bytes`, which must hold `byteCount` of them.
    static func pack(_ codes: UnsafeBufferPointer<UInt16>, bits: Int, into bytes: UnsafeMutablePointer<UInt8>) {
        var pending: UInt64 = 0
        var pendingBits = 0
        var target = bytes
        for code in codes {
            pending |= UInt64(code) << UInt64(pendingBits)
            pendingBits += bits
            while pendingBits >= 8 {
                target.pointee = UInt8(truncatingIfNeeded: pending)
                target += 1
                pending >>= 8
                pendingBits -= 8
            }
        }
        if pendingBits > 0 { target.pointee = UInt8(truncatingIfNeeded: pending) }
    }

    /// Unpacks `codes.count` codes from `bytes`.
    static func unpack(
        _ bytes: UnsafePointer<UInt8>, bits: Int, into codes: UnsafeMutableBufferPointer<UInt16>
    ) {
        var pending: UInt64 = 0
        var pendingBits = 0
        var source = bytes
        let mask = (UInt64(1) << UInt64(bits)) - 1
        for index in codes.indices {
            while pendingBits < bits {
                pending |= UInt64(source.pointee) << UInt64(pendingBits)
                source += 1
                pendingBits += 8
            }
            codes[index] = UInt16(truncatingIfNeeded: pending & mask)
            pending >>= UInt64(bits)
            pendingBits -= bits
        }
    }

    /// Replaces the code at `index`.
    static func replace(at index: Int, by code: UInt16, bits: Int, in bytes: UnsafeMutablePointer<UInt8>) {
        for bit in 0..<bits {
            let position = index * bits + bit
            let isSet = code >> UInt16(bit) & 1 == 1
            let flag = UInt8(1) << UInt8(position & 7)
            if isSet { bytes[position >> 3] |= flag } else { bytes[position >> 3] &= ~flag }
        }
    }
}
