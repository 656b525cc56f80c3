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
    func scaleReading(_ encoding: LayerEncoding) -> StoredNumber {
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

extension StoredNumber {
    /// E8M0: 2^(byte − 127) times a factor; 255 is NaN.
    static func powerOfTwo(times factor: Float = 1) -> StoredNumber {
        .levels((0...255).map { PowerOfTwoScale.value($0) * factor })
    }
}

extension MXFormat {
    /// A power of two.
    func scaleReading(_ encoding: LayerEncoding) -> StoredNumber { .powerOfTwo() }
}

extension NVFP4Format {
    /// E4M3.
    func scaleReading(_ encoding: LayerEncoding) -> StoredNumber { .levels(MiniFloat.e4m3.values) }

    /// The tensor's scale.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
    ) throws(KernelError) { try check(parameters, only: [\.scale]) }
}

extension MiniFloatFormat {
    /// The scale of a tensor that has one.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
    ) throws(KernelError) {
        try check(parameters, only: encoding.granularity == .tensor ? [\.scale] : [])
    }
}

extension NormalFloatFormat {
    /// The dynamic map where scales are quantized, else f32.
    func scaleReading(_ encoding: LayerEncoding) -> StoredNumber {
        hasQuantizedScales ? .levels(DynamicMap.values) : .single
    }

    /// The offset of quantized scales, and the scale of each run of them.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
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
