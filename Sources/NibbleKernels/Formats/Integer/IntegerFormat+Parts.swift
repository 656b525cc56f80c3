extension IntegerFormat {
    /// The run-time layout keeps codes of 8 bits less 128.
    var flippedBits: UInt8 { codeBits == 8 ? 0x80 : 0 }

    /// Codes, stored plus 2^(b − 1) where the grid is symmetric; scales and zero points of groups.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let (layout, lowest) = (context.layout, lowestCode(context.encoding))
        let advice =
            lowest + storageOffset > 0
            ? "the range rules \(ScaleRule.full.rawValue) and \(ScaleRule.noClip.rawValue) have 0, too" : nil
        let codes = RowPart(
            .codes, layout.shape.columns, bits: codeBits, .whole(offset: storageOffset), columns: 1,
            permitted: UInt32(lowest + storageOffset)...UInt32(highestCode + storageOffset), advice: advice)
        guard context.encoding.granularity != .tensor else { return RowPartsLayout([codes]) }
        let scaleBytes = scaleByteCount(context.encoding)
        let scales = RowPart(
            .scales, layout.groupsPerRow, bits: 8 * scaleBytes, scaleBytes == 2 ? .half : .single,
            columns: layout.groupSize)
        guard !isSymmetric else { return RowPartsLayout([codes, scales]) }
        let zeroPoints = RowPart(
            .zeroPoints, layout.groupsPerRow, bits: 8, .whole(offset: 0), columns: layout.groupSize,
            permitted: 0...UInt32(highestCode))
        return RowPartsLayout([codes, scales, zeroPoints])
    }

    /// The scale and zero point of a tensor that has one of each.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) {
        guard encoding.granularity == .tensor else { return try check(parameters, only: []) }
        let highest = isSymmetric ? 0 : highestCode
        guard (0...highest).contains(parameters.zeroPoint) else {
            throw .unsupported(
                "The zero point of a tensor of \(name) lies from 0 to \(highest), not at \(parameters.zeroPoint)."
            )
        }
        var rest = parameters
        rest.zeroPoint = 0
        try check(rest, only: [\.scale])
    }
}
