/// The parts of one row in the order of its columns.
struct RowPartPointers {
    /// A byte for each column, padding included: the code, or the signed number of an 8-bit format.
    let codes: UnsafeMutablePointer<UInt8>
    /// Scales as they are stored: f16, f32 or E8M0.
    let scales: UnsafeMutableRawPointer
    /// f16 minima.
    let minima: UnsafeMutablePointer<UInt16>
    /// Zero points.
    let zeroPoints: UnsafeMutablePointer<UInt8>
    /// Factors of units.
    let unitScales: UnsafeMutablePointer<UInt8>
    /// Minima of units.
    let unitMinima: UnsafeMutablePointer<UInt8>
}

extension RowPartPointers {
    /// Space for the parts of a row, and a function that zeroes it, for as long as `body` runs.
    static func withSpace(
        codes: Int, scales: Int, units: Int, _ body: (RowPartPointers, () -> Void) -> Void
    ) {
        // Scales of four bytes and minima lie at multiples of their size.
        let (codes, scales, units) = ((codes + 63) / 64 * 64, max(scales, 1), max(units, 1))
        let size = codes + scales * 7 + units * 2 + 64
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { space in
            guard let start = space.baseAddress else { return }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            let parts = RowPartPointers(
                codes: bytes, scales: start + codes,
                minima: (start + codes + scales * 4).assumingMemoryBound(to: UInt16.self),
                zeroPoints: bytes + codes + scales * 6, unitScales: bytes + codes + scales * 7,
                unitMinima: bytes + codes + scales * 7 + units)
            body(parts) { space.initializeMemory(as: UInt8.self, repeating: 0) }
        }
    }
}

extension RowPartPointers {
    /// Codes of `bits` bits side by side, each less `signed`.
    func unpackCodes(_ row: UnsafeRawBufferPointer, bits: Int, count: Int, signed: Int32) {
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: max(count, 1)) { wide in
            let all = UnsafeMutableBufferPointer(rebasing: wide[..<count])
            BitPacking.unpack(row, bits: bits, offset: signed, into: all)
            for index in 0..<count { codes[index] = UInt8(truncatingIfNeeded: all[index]) }
        }
    }

    /// The inverse of `unpackCodes`.
    func packCodes(into row: UnsafeMutableRawBufferPointer, bits: Int, count: Int, signed: Int32) {
        guard let start = row.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let mask = UInt16((1 << bits) - 1)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(count, 1)) { wide in
            for index in 0..<count {
                wide[index] = (UInt16(codes[index]) &+ UInt16(truncatingIfNeeded: signed)) & mask
            }
            BitPacking.pack(UnsafeBufferPointer(rebasing: wide[..<count]), bits: bits, into: start)
        }
    }
}
