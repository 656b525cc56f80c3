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
