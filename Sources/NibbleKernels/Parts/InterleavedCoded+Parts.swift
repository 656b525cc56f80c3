import CNibbleKernels

// Formats that have a run-time layout take their rows apart for it already: the same functions serve here, by way of
// ``RowPartPointers``, whose bytes become numbers.

extension InterleavedCoded {
    /// Units share their blocks' scales as they are.
    var unitFactors: UnitFactorPacking { .none }
    /// Codes are the bytes of the run-time layout.
    var flippedBits: UInt8 { 0 }

    /// By the functions of the run-time layout.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        let scaleBytes = scaleByteCount(partsLayout(context))
        RowPartPointers.withSpace(for: context.layout, parts) { pointers in
            split(row: bytes, context: context, into: pointers)
            for index in parts.codes.indices {
                parts.codes[index] = UInt32(pointers.codes[index] ^ flippedBits)
            }
            UnsafeRawBufferPointer(start: pointers.scales, count: parts.scales.count * scaleBytes)
                .splitNumbers(from: 0, size: scaleBytes, into: &parts.scales)
            for index in parts.minima.indices {
                parts.minima[index] = UInt32(UInt16(littleEndian: pointers.minima[index]))
            }
            for index in parts.zeroPoints.indices {
                parts.zeroPoints[index] = UInt32(pointers.zeroPoints[index])
            }
            for index in parts.unitScales.indices {
                let stored = unitFactors.stored(pointers.unitScales[index], pointers.unitMinima[index])
                parts.unitScales[index] = stored.scale
                if !parts.unitMinima.isEmpty { parts.unitMinima[index] = stored.minimum }
            }
        }
    }

    /// By the functions of the run-time layout.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        let scaleBytes = scaleByteCount(partsLayout(context))
        RowPartPointers.withSpace(for: context.layout, parts) { pointers in
            for (index, code) in parts.codes.enumerated() {
                pointers.codes[index] = UInt8(truncatingIfNeeded: code) ^ flippedBits
            }
            UnsafeMutableRawBufferPointer(start: pointers.scales, count: parts.scales.count * scaleBytes)
                .joinNumbers(parts.scales, from: 0, size: scaleBytes)
            for (index, minimum) in parts.minima.enumerated() {
                pointers.minima[index] = UInt16(truncatingIfNeeded: minimum).littleEndian
            }
            for (index, zeroPoint) in parts.zeroPoints.enumerated() {
                pointers.zeroPoints[index] = UInt8(truncatingIfNeeded: zeroPoint)
            }
            for (index, scale) in parts.unitScales.enumerated() {
                let minimum = parts.unitMinima.isEmpty ? 0 : parts.unitMinima[index]
                let bytes = unitFactors.bytes(scale, minimum)
                (pointers.unitScales[index], pointers.unitMinima[index]) = (bytes.scale, bytes.minimum)
            }
            join(pointers, context: context, into: bytes)
        }
    }

    private func scaleByteCount(_ layout: RowPartsLayout) -> Int { (layout[.scales]?.bits ?? 0) / 8 }
}

extension RowPartPointers {
    /// Space for the parts of a row, zeroed.
    static func withSpace(
        for layout: PackedLayout, _ parts: RowParts, _ body: (RowPartPointers) -> Void
    ) {
        let columns = max(layout.shape.columns + layout.paddingColumns, parts.codes.count)
        withSpace(
            codes: columns, scales: max(parts.scales.count, layout.groupsPerRow),
            units: parts.unitScales.count
        ) { pointers, clear in
            clear()
            body(pointers)
        }
    }
}

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
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
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
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
    ) throws(KernelError) {
        try check(parameters, only: encoding.granularity == .channel ? [] : [\.scale])
    }
}

extension MXInt8Format {
    /// Signed bytes, and a power of two ÷ 64 for each block.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        RowPartsLayout([
            RowPart(.codes, context.layout.shape.columns, bits: 8, .signed, columns: 1),
            RowPart(
                .scales, context.layout.groupsPerRow, bits: 8, .powerOfTwo(times: 1 / 64),
                columns: Self.blockSize),
        ])
    }
}
