import CNibbleKernels

extension InterleavedBlocks {
    var unitFactors: UnitFactorPacking { Self.blocks.unitFactors }

    /// The parts of whole blocks.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let blocks = Self.blocks
        let (count, interleaving) = (context.layout.bytesPerRow / blocks.bytes, blocks.interleaving)
        let units = count * blocks.weights / interleaving.unitLength
        var parts = [
            RowPart(.codes, count * blocks.weights, bits: codeBits, codeReading, columns: 1),
            RowPart(
                .scales, count, bits: interleaving.scaleBytes * 8, scaleReading, columns: blocks.weights),
        ]
        if interleaving.hasMinima {
            parts.append(RowPart(.minima, count, bits: 16, .half, columns: blocks.weights))
        }
        if let scales = unitFactors.scales {
            parts.append(
                RowPart(
                    .unitScales, units, bits: scales.bits, scales.reading, columns: interleaving.unitLength))
        }
        if let bits = unitFactors.minimumBits {
            parts.append(
                RowPart(
                    .unitMinima, units, bits: bits, .whole(offset: 0), columns: interleaving.unitLength))
        }
        return RowPartsLayout(parts)
    }

    private var codeReading: StoredNumber {
        let interleaving = Self.blocks.interleaving
        if let levels = interleaving.levels { return .levels(levels.map { Float($0) }) }
        return codeBits == 8 ? .signed : .whole(offset: interleaving.offset)
    }

    private var scaleReading: StoredNumber {
        let interleaving = Self.blocks.interleaving
        return interleaving.scaleKind == NIBBLE_SCALE_E8M0
            ? .powerOfTwo(times: interleaving.scaleFactor) : .half
    }
}

extension UnitFactorPacking {
    /// Factors as they are stored, of the bytes that the run-time layout keeps.
    func stored(_ scale: UInt8, _ minimum: UInt8) -> (scale: UInt32, minimum: UInt32) {
        guard !isShared else { return (UInt32(scale & 15), UInt32(scale >> 4)) }
        let bits = scales?.bits ?? 8
        return (UInt32(scale &+ added) & (1 << UInt32(bits) - 1), UInt32(minimum))
    }

    /// The inverse of ``stored(_:_:)``.
    func bytes(_ scale: UInt32, _ minimum: UInt32) -> (scale: UInt8, minimum: UInt8) {
        let (first, second) = (UInt8(truncatingIfNeeded: scale), UInt8(truncatingIfNeeded: minimum))
        return isShared ? (first | second << 4, 0) : (first &- added, second)
    }
}
