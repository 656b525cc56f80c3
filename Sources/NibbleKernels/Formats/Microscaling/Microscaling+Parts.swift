extension StoredNumber {
    /// E8M0: 2^(byte − 127) times a factor; 255 is NaN.
    static func powerOfTwo(times factor: Float = 1) -> StoredNumber {
        .levels((0...255).map { PowerOfTwoScale.value($0) * factor })
    }
}

extension MXFormat {
    /// A power of two.
    func scaleReading(_ encoding: StorageEncoding) -> StoredNumber { .powerOfTwo() }
}

extension NVFP4Format {
    /// E4M3.
    func scaleReading(_ encoding: StorageEncoding) -> StoredNumber { .levels(MiniFloat.e4m3.values) }

    /// The tensor's scale.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) { try check(parameters, only: [\.scale]) }
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
