extension LevelCoded {
    /// A code for each column and a scale for each group, unless the tensor has one scale.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let layout = context.layout
        let codes = RowPart(
            .codes, layout.shape.columns, bits: codeBits, .levels(levels), columns: 1)
        let size = scaleByteCount(context.encoding)
        guard size > 0 else { return RowPartsLayout([codes]) }
        return RowPartsLayout([
            codes,
            RowPart(
                .scales, layout.groupsPerRow, bits: 8 * size, scaleReading(context.encoding),
                columns: layout.groupSize),
        ])
    }

    /// By the bytes of a scale: f16 or f32.
    func scaleReading(_ encoding: StorageEncoding) -> StoredNumber {
        scaleByteCount(encoding) == 2 ? .half : .single
    }

    /// Codes, then scales.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        bytes.splitCodes(bits: codeBits, into: &parts.codes)
        bytes.splitNumbers(
            from: BitPacking.byteCount(parts.codes.count, bits: codeBits),
            size: scaleByteCount(context.encoding), into: &parts.scales)
    }

    /// Codes, then scales.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.joinCodes(parts.codes, bits: codeBits)
        bytes.joinNumbers(
            parts.scales, from: BitPacking.byteCount(parts.codes.count, bits: codeBits),
            size: scaleByteCount(context.encoding))
    }
}
