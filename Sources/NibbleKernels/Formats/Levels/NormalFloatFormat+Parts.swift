extension NormalFloatFormat {
    /// The dynamic map where scales are quantized, else f32.
    func scaleReading(_ encoding: StorageEncoding) -> StoredNumber {
        hasQuantizedScales ? .levels(DynamicMap.values) : .single
    }

    /// The offset of quantized scales, and the scale of each run of them.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) {
        guard hasQuantizedScales else { return try check(parameters, only: []) }
        let scales = layout.shape.rows * layout.groupsPerRow
        let runs = (scales + Self.scalesInRun - 1) / Self.scalesInRun
        guard parameters.scaleScales.count == runs else {
            throw .shapeMismatch(
                "\(scales) scales of \(name) need a scale for each \(Self.scalesInRun) of them, \(runs) in all, not "
                    + "\(parameters.scaleScales.count).")
        }
        var rest = parameters
        rest.scaleScales = []
        try check(rest, only: [\.scaleOffset])
    }
}
