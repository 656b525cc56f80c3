extension FixedPointFormat: PartedFormat {
    /// Words, stored plus 2^(W − 1).
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let offset = Int32(1) << Int32(codeBits - 1)
        return RowPartsLayout([
            RowPart(
                .codes, context.layout.shape.columns, bits: codeBits, .whole(offset: offset), columns: 1)
        ])
    }

    /// Dense words.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        bytes.splitCodes(bits: codeBits, into: &parts.codes)
    }

    /// Dense words.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.joinCodes(parts.codes, bits: codeBits)
    }

    /// The binary point n, and the scale 2^−n that follows from it.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) {
        let bits = parameters.fractionBits
        let automatic = Self.automaticFractionBits(wordBits: codeBits)
        guard Self.fractionBitRange.contains(bits) || automatic.contains(bits) else {
            throw .unsupported(
                "A binary point of \(name) must lie from \(automatic.lowerBound) to \(automatic.upperBound), not at "
                    + "\(bits).")
        }
        guard parameters.scale == Self.step(fractionBits: bits) else {
            throw .unsupported(
                "The scale of \(name) with \(bits) fraction bits is 2^\(-bits), not \(parameters.scale).")
        }
        var rest = parameters
        (rest.fractionBits, rest.scale) = (0, 1)
        try checkUnused(rest)
    }
}
