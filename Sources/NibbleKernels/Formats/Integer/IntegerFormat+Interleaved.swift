import CNibbleKernels

extension IntegerFormat: InterleavedCoded {
    /// Codes with a scale for each group, row, or, repeated, the tensor.
    func interleaving(_ context: RowContext) -> Interleaving? {
        var interleaving = Interleaving(codeBits: codeBits, offset: codeBits == 8 ? 0 : storageOffset)
        interleaving.hasZeroPoints = !isSymmetric
        guard case .group(let size) = context.encoding.granularity else {
            interleaving.scaleKind = NIBBLE_SCALE_F32
            return interleaving
        }
        guard size % 16 == 0 else { return nil }
        interleaving.unitLength = size % 32 == 0 ? 32 : 16
        interleaving.scaleLength = size
        return interleaving
    }

    func split(row: UnsafeRawBufferPointer, context: RowContext, into parts: RowPartPointers) {
        let columns = context.layout.shape.columns
        parts.unpackCodes(row, bits: codeBits, count: columns, signed: codeBits == 8 ? 128 : 0)
        guard let start = row.baseAddress, columns > 0 else { return }
        let groups = context.layout.groupsPerRow
        guard context.encoding.granularity != .tensor else {
            parts.scales.storeBytes(of: context.parameters.scale, as: Float.self)
            parts.zeroPoints[0] = UInt8(truncatingIfNeeded: context.parameters.zeroPoint)
            return
        }
        let scaleBytes = groups * scaleByteCount(context.encoding)
        let stored = start + BitPacking.byteCount(columns, bits: codeBits)
        parts.scales.copyMemory(from: stored, byteCount: scaleBytes)
        guard !isSymmetric else { return }
        UnsafeMutableRawPointer(parts.zeroPoints).copyMemory(from: stored + scaleBytes, byteCount: groups)
    }

    func join(_ parts: RowPartPointers, context: RowContext, into row: UnsafeMutableRawBufferPointer) {
        let columns = context.layout.shape.columns
        parts.packCodes(into: row, bits: codeBits, count: columns, signed: codeBits == 8 ? 128 : 0)
        guard let start = row.baseAddress, columns > 0, context.encoding.granularity != .tensor else {
            return
        }
        let groups = context.layout.groupsPerRow
        let scaleBytes = groups * scaleByteCount(context.encoding)
        let stored = start + BitPacking.byteCount(columns, bits: codeBits)
        stored.copyMemory(from: parts.scales, byteCount: scaleBytes)
        guard !isSymmetric else { return }
        (stored + scaleBytes).copyMemory(from: parts.zeroPoints, byteCount: groups)
    }
}

extension TernaryFormat: InterleavedCoded {
    /// Codes with a scale for each row.
    func interleaving(_ context: RowContext) -> Interleaving? {
        Interleaving(codeBits: 2, offset: 1, scaleKind: NIBBLE_SCALE_F32)
    }

    func split(row: UnsafeRawBufferPointer, context: RowContext, into parts: RowPartPointers) {
        let columns = context.layout.shape.columns
        parts.unpackCodes(row, bits: 2, count: columns, signed: 0)
        parts.scales.storeBytes(of: scale(row, context), as: Float.self)
    }

    func join(_ parts: RowPartPointers, context: RowContext, into row: UnsafeMutableRawBufferPointer) {
        let columns = context.layout.shape.columns
        parts.packCodes(into: row, bits: 2, count: columns, signed: 0)
        guard let start = row.baseAddress, context.layout.scaleBits > 0 else { return }
        (start + BitPacking.byteCount(columns, bits: 2)).copyMemory(from: parts.scales, byteCount: 4)
    }
}

extension MXInt8Format: InterleavedCoded {
    /// Signed bytes with a power of two for each block.
    func interleaving(_ context: RowContext) -> Interleaving? {
        Interleaving(
            codeBits: 8, scaleLength: Self.blockSize, scaleKind: NIBBLE_SCALE_E8M0, scaleFactor: 1 / 64)
    }

    func split(row: UnsafeRawBufferPointer, context: RowContext, into parts: RowPartPointers) {
        guard let start = row.baseAddress else { return }
        let columns = context.layout.shape.columns
        UnsafeMutableRawPointer(parts.codes).copyMemory(from: start, byteCount: columns)
        parts.scales.copyMemory(from: start + columns, byteCount: context.layout.groupsPerRow)
    }

    func join(_ parts: RowPartPointers, context: RowContext, into row: UnsafeMutableRawBufferPointer) {
        guard let start = row.baseAddress else { return }
        let columns = context.layout.shape.columns
        start.copyMemory(from: parts.codes, byteCount: columns)
        (start + columns).copyMemory(from: parts.scales, byteCount: context.layout.groupsPerRow)
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
