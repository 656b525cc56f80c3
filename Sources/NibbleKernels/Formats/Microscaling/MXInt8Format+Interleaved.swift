import CNibbleKernels

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
