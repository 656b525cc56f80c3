extension FloatFormat: PartedFormat {
    /// The bits of each number.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        RowPartsLayout([
            RowPart(.codes, context.layout.shape.columns, bits: codeBits, reading, columns: 1)
        ])
    }

    private var reading: StoredNumber {
        switch storage {
        case .f16: .half
        case .bf16: .bfloat
        default: .single
        }
    }

    /// Number after number.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        bytes.splitNumbers(from: 0, size: storage.byteCount, into: &parts.codes)
    }

    /// Number after number.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.joinNumbers(parts.codes, from: 0, size: storage.byteCount)
    }
}
