// Blocks of 256 weights.

extension BlockQ2_K {
    /// A K-quant.
    public var card: FormatCard { GGUFCards.superBlock }
    var fields: [FormatField] {
        [
            FormatField(
                "scales", [.init(.scales, 16, width: 4), .init(.minima, 16, width: 4)],
                "a byte a group of 16: scale in the low half, minimum in the high half"),
            .codes("qs", 256, bits: 2, GGUFCards.quarters), .half("d", "factor of the scales"),
            .halfMinimum("dmin", "factor of the minima"),
        ]
    }
}

extension BlockQ3_K {
    /// A K-quant.
    public var card: FormatCard { GGUFCards.superBlock }
    var fields: [FormatField] {
        [
            .codes("hmask", 256, bits: 1, "third bits of code + 4: weight 32b + l is bit b of byte l"),
            .codes("qs", 256, bits: 2, GGUFCards.quarters),
            .scales(
                "scales", 16, bits: 6,
                "scale + 32 a group of 16; the low four bits in the halves of eight bytes, the high two in four more"
            ),
            .half("d", "factor of the scales"),
        ]
    }
}

extension BlockQ4_K {
    /// A K-quant.
    public var card: FormatCard { GGUFCards.superBlock }
    var fields: [FormatField] {
        [
            .half("d", "factor of the scales"), .halfMinimum("dmin", "factor of the minima"),
            FormatField(
                "scales", [.init(.scales, 8, width: 6), .init(.minima, 8, width: 6)], GGUFCards.sixBitPairs),
            .codes("qs", 256, bits: 4, SuperBlockText.pairs),
        ]
    }
}

extension BlockQ5_K {
    /// A K-quant.
    public var card: FormatCard { GGUFCards.superBlock }
    var fields: [FormatField] {
        [
            .half("d", "factor of the scales"), .halfMinimum("dmin", "factor of the minima"),
            FormatField(
                "scales", [.init(.scales, 8, width: 6), .init(.minima, 8, width: 6)], GGUFCards.sixBitPairs),
            .codes("qh", 256, bits: 1, "fifth bits: weight 32b + l is bit b of byte l"),
            .codes("qs", 256, bits: 4, SuperBlockText.pairs),
        ]
    }
}

/// Words that several blocks share.
private enum SuperBlockText {
    static let pairs = "byte 32p + l: weight 64p + l in the low half, 64p + 32 + l in the high half"
}

extension BlockQ6_K {
    /// A K-quant.
    public var card: FormatCard { GGUFCards.superBlock }
    var fields: [FormatField] {
        [
            .codes(
                "ql", 256, bits: 4,
                "low bits of code + 32: byte 64h + l holds weights 128h + l and 128h + 64 + l, byte 64h + 32 + l "
                    + "those 32 further"),
            .codes("qh", 256, bits: 2, "high bits, " + GGUFCards.quarters),
            FormatField("scales", [.init(.scales, 16, width: 8, type: "int8")], "one a group of 16"),
            .half("d", "factor of the scales"),
        ]
    }
}

extension BlockIQ4_XS {
    /// Uneven levels.
    public var card: FormatCard {
        .gguf(
            "Kawrakow", "IQ4_XS: a 4.25 bpw quantization", 2024, pullRequest: 5747,
            hardware: GGUFCards.levels)
    }
    var fields: [FormatField] {
        [
            .half("d", "factor of the scales"),
            .scales("scales_h", 8, bits: 2, "high bits of scale + 32, one a group of 32, lowest bits first"),
            .scales("scales_l", 8, bits: 4, "their low bits, two in a byte, the first in the low half"),
            .codes(
                "qs", 256, bits: 4,
                "places among 16 levels; byte 16g + j: weight 32g + j in the low half, 32g + 16 + j in the high half"
            ),
        ]
    }
}

extension BlockTQ2_0 {
    /// Ternary codes.
    public var card: FormatCard { TernaryBlocks.card }
    var fields: [FormatField] {
        [.codes("qs", 256, bits: 2, "code + 1; " + GGUFCards.quarters), .half("d", "scale")]
    }
}

extension BlockTQ1_0 {
    /// Ternary codes.
    public var card: FormatCard { TernaryBlocks.card }
    var fields: [FormatField] {
        [
            .codes(
                "qs", 48, bits: 8,
                "five of code + 1 in base 3, scaled to a byte: byte m < 32 weights m + 32n, of the other 16 bytes "
                    + "160 + m + 16n"),
            .codes("qh", 4, bits: 8, "four in a byte: weights 240 + m + 4n"), .half("d", "scale"),
        ]
    }
}

/// What the ternary blocks share.
private enum TernaryBlocks {
    static let card = FormatCard.gguf(
        "compilade", "ggml-quants: ternary packing for TriLMs and BitNet b1.58", 2024, pullRequest: 8151,
        runners: ["llama.cpp"])
}
