import CNibbleKernels

/// Unsigned codes of 1 to 16 bits side by side, the first code in the lowest bits, without gaps.
enum BitPacking {
    /// Bytes of `count` codes of `bits` bits.
    static func byteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

    /// Packs codes into `bytes`, which must hold `byteCount` of them.
    static func pack(
        _ codes: UnsafeBufferPointer<UInt16>, bits: Int, into bytes: UnsafeMutablePointer<UInt8>
    ) {
        guard let start = codes.baseAddress else { return }
        nibble_pack(start, codes.count, UInt32(bits), bytes)
    }

    /// Unpacks `codes.count` codes and subtracts `offset` from each.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, bits: Int, offset: Int32,
        into codes: UnsafeMutableBufferPointer<Int16>
    ) {
        guard let source = bytes.baseAddress, let target = codes.baseAddress else { return }
        InnerLoops.best.pointee.unpack(
            source.assumingMemoryBound(to: UInt8.self), bytes.count, UInt32(bits),
            Int16(truncatingIfNeeded: offset), target, codes.count)
    }

    /// The same into wider integers.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, bits: Int, offset: Int32,
        into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: codes.count) { narrow in
            unpack(bytes, bits: bits, offset: offset, into: narrow)
            for index in codes.indices { codes[index] = Int32(narrow[index]) }
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
