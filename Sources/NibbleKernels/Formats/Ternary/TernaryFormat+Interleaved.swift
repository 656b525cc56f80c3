import CNibbleKernels

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
