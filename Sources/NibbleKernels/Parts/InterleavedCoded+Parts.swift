import CNibbleKernels

// Formats that have a run-time layout take their rows apart for it already: the same functions serve here, by
// way of ``RowPartPointers``, whose bytes become numbers.

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
