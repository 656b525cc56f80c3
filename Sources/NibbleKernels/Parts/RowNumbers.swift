/// The numbers of rows that hold dense codes first and then, byte for byte, scales and zero points.
extension UnsafeRawBufferPointer {
    /// Reads dense codes of up to 16 bits from the first byte on.
    func splitCodes(bits: Int, into codes: inout [UInt32]) {
        guard !codes.isEmpty else { return }
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: codes.count) { narrow in
            BitPacking.unpack(self, bits: bits, offset: 0, into: narrow)
            for index in codes.indices { codes[index] = UInt32(UInt16(bitPattern: narrow[index])) }
        }
    }

    /// Reads little-endian numbers of `size` bytes from `start` on.
    func splitNumbers(from start: Int, size: Int, into numbers: inout [UInt32]) {
        for index in numbers.indices {
            let place = start + index * size
            numbers[index] = (0..<size).reduce(0) { $0 | UInt32(self[place + $1]) << UInt32(8 * $1) }
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes dense codes of up to 16 bits from the first byte on.
    func joinCodes(_ codes: [UInt32], bits: Int) {
        guard !codes.isEmpty, let start = baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: codes.count) { narrow in
            for (index, code) in codes.enumerated() { narrow[index] = UInt16(truncatingIfNeeded: code) }
            BitPacking.pack(UnsafeBufferPointer(narrow), bits: bits, into: start)
        }
    }

    /// Writes little-endian numbers of `size` bytes from `start` on.
    func joinNumbers(_ numbers: [UInt32], from start: Int, size: Int) {
        for (index, number) in numbers.enumerated() {
            for byte in 0..<size {
                self[start + index * size + byte] = UInt8(truncatingIfNeeded: number >> UInt32(8 * byte))
            }
        }
    }
}
