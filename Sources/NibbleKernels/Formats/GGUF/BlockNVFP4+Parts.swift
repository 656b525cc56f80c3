extension BlockNVFP4: BlockFielded {
    private static let fields = BlockFields(
        weights: 64, bytes: 36,
        fields: [
            .init(.codes, count: 64, columns: 1, .levels(levels.map { Float($0) })) { index in
                [(bit: 8 * (4 + index / 16 * 8 + index % 8) + index % 16 / 8 * 4, count: 4)]
            },
            .init(.scales, count: 4, columns: 16, .levels(scales)) { [(bit: 8 * $0, count: 8)] },
        ])

    /// Half of each unsigned E4M3 number, as the levels are twice those of E2M1.
    private static let scales: [Float] = (0...255).map { byte in
        withUnsafePointer(to: UInt8(byte)) { BlockNVFP4().factors(of: 0, in: $0).scale }
    }

    var blockFields: BlockFields { Self.fields }
}
