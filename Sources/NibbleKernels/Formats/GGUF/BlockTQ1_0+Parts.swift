extension BlockTQ1_0: PartedFormat {
    /// Bytes of codes in a block.
    private static let codeBytes = 52

    /// Codes, stored plus one, and the scales; and what a byte is more than the least that stands for its
    /// codes.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        let blocks = context.layout.bytesPerRow / Self.shape.bytes
        return RowPartsLayout([
            RowPart(
                .codes, blocks * 256, bits: 2, .whole(offset: 1), columns: 1, permitted: 0...2),
            RowPart(.scales, blocks, bits: 16, .half, columns: 256),
            RowPart(.rest, blocks * Self.codeBytes, bits: 8, .whole(offset: 0), columns: nil),
        ])
    }

    /// The weights of a byte, the most significant trit first; the last four bytes have four.
    private static func weights(ofByte byte: Int) -> StrideTo<Int> {
        switch byte {
        case ..<32: stride(from: byte, to: 160, by: 32)
        case ..<48: stride(from: 128 + byte, to: 240, by: 16)
        default: stride(from: 192 + byte, to: 256, by: 4)
        }
    }

    /// ⌈v · 256 ÷ 243⌉ of the number v of five trits in base 3; a fifth that a byte lacks is 0.
    private static func byte(of codes: some Sequence<UInt32>) -> UInt8 {
        var (number, count) = (0, 0)
        for code in codes { (number, count) = (number * 3 + Int(code), count + 1) }
        if count == 4 { number *= 3 }
        return UInt8(truncatingIfNeeded: (number * 256 + 242) / 243)
    }

    /// Trit after trit.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        for block in parts.scales.indices {
            let start = block * Self.shape.bytes
            for byte in 0..<Self.codeBytes {
                var rest = UInt32(bytes[start + byte])
                for weight in Self.weights(ofByte: byte) {
                    parts.codes[block * 256 + weight] = (rest * 3) >> 8
                    rest = rest * 3 & 255
                }
                let least = Self.byte(of: Self.weights(ofByte: byte).map { parts.codes[block * 256 + $0] })
                parts.rest[block * Self.codeBytes + byte] = UInt32(bytes[start + byte] &- least)
            }
            parts.scales[block] = UInt32(bytes[start + 52]) | UInt32(bytes[start + 53]) << 8
        }
    }

    /// Byte after byte.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        for block in parts.scales.indices {
            let start = block * Self.shape.bytes
            for byte in 0..<Self.codeBytes {
                let least = Self.byte(of: Self.weights(ofByte: byte).map { parts.codes[block * 256 + $0] })
                let rest = UInt8(truncatingIfNeeded: parts.rest[block * Self.codeBytes + byte])
                bytes[start + byte] = least &+ rest
            }
            bytes[start + 52] = UInt8(truncatingIfNeeded: parts.scales[block])
            bytes[start + 53] = UInt8(truncatingIfNeeded: parts.scales[block] >> 8)
        }
    }
}
