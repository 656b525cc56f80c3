extension TernaryFormat {
    /// Codes, stored plus one, and the scale of a row that has one.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let columns = context.layout.shape.columns
        let codes = RowPart(.codes, columns, bits: 2, .whole(offset: 1), columns: 1, permitted: 0...2)
        guard context.encoding.granularity == .channel, columns > 0 else { return RowPartsLayout([codes]) }
        return RowPartsLayout([codes, RowPart(.scales, 1, bits: 32, .single, columns: columns)])
    }

    /// The scale of a tensor that has one.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) {
        try check(parameters, only: encoding.granularity == .channel ? [] : [\.scale])
    }
}
