import CNibbleKernels

// The GGUF formats that have a run-time layout: a line for each part of the block that its own file describes. TQ1_0 has
// none: five codes in a byte would take more memory apart.

extension BlockQ8_0: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 34, interleaving: Interleaving(codeBits: 8, scaleLength: 32), scaleByte: 0)

    func place(of index: Int) -> CodePlace { CodePlace(byte: 2 + index, shift: 0, bits: 8) }
}

extension BlockQ4_0: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 18, interleaving: Interleaving(codeBits: 4, offset: 8, scaleLength: 32),
        scaleByte: 0)

    func place(of index: Int) -> CodePlace { CodePlace(byte: 2 + index % 16, shift: index / 16 * 4, bits: 4) }
}

extension BlockQ4_1: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 20, interleaving: Interleaving(codeBits: 4, scaleLength: 32, hasMinima: true),
        scaleByte: 0, minimumByte: 2)
}

extension BlockQ5_0: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 22, interleaving: Interleaving(codeBits: 5, offset: 16, scaleLength: 32),
        scaleByte: 0)
}

extension BlockQ5_1: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 24, interleaving: Interleaving(codeBits: 5, scaleLength: 32, hasMinima: true),
        scaleByte: 0, minimumByte: 2)
}

extension BlockIQ4_NL: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 18,
        interleaving: Interleaving(codeBits: 4, levels: levels.map { Int8($0) }, scaleLength: 32),
        scaleByte: 0)
}

extension BlockIQ4_XS: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 136,
        interleaving: Interleaving(
            codeBits: 4, levels: levels.map { Int8($0) }, scaleLength: 256, unitKind: NIBBLE_UNIT_I8),
        scaleByte: 0, unitFactors: .sixBitEight)
}

extension BlockMXFP4: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 32, bytes: 17,
        interleaving: Interleaving(
            codeBits: 4, levels: levels.map { Int8($0) }, scaleLength: 32, scaleKind: NIBBLE_SCALE_E8M0,
            scaleFactor: 0.5),
        scaleByte: 0)
}

extension BlockTQ2_0: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 66, interleaving: Interleaving(codeBits: 2, offset: 1, scaleLength: 256),
        scaleByte: 64)
}

extension BlockQ2_K: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 84,
        interleaving: Interleaving(
            codeBits: 2, unitLength: 16, scaleLength: 256, hasMinima: true, unitKind: NIBBLE_UNIT_NIBBLES),
        scaleByte: 80, minimumByte: 82, unitFactors: .nibbles(at: 0, count: 16))
}

extension BlockQ3_K: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 110,
        interleaving: Interleaving(
            codeBits: 3, offset: 4, unitLength: 16, scaleLength: 256, unitKind: NIBBLE_UNIT_I8),
        scaleByte: 108, unitFactors: .sixBitSixteen)
}

extension BlockQ4_K: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 144,
        interleaving: Interleaving(codeBits: 4, scaleLength: 256, hasMinima: true, unitKind: NIBBLE_UNIT_I8),
        scaleByte: 0, minimumByte: 2, unitFactors: .sixBitPairs)
}

extension BlockQ5_K: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 176,
        interleaving: Interleaving(codeBits: 5, scaleLength: 256, hasMinima: true, unitKind: NIBBLE_UNIT_I8),
        scaleByte: 0, minimumByte: 2, unitFactors: .sixBitPairs)
}

extension BlockQ6_K: InterleavedBlocks {
    static let blocks = BlockInterleaving(
        weights: 256, bytes: 210,
        interleaving: Interleaving(
            codeBits: 6, offset: 32, unitLength: 16, scaleLength: 256, unitKind: NIBBLE_UNIT_I8),
        scaleByte: 208, unitFactors: .bytes(at: 192, count: 16))
}
