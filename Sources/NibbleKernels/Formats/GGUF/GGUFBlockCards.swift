// Blocks of 32 weights, and of 64 in NVFP4.

extension BlockQ8_0: FieldedBlocks {
    var weightsPerBlock: Int { Self.blockSize }
    /// ggml's 8-bit blocks.
    public var card: FormatCard {
        .gguf("Gerganov", "ggml: add Q8_0 quantization format", 2023, pullRequest: 1179)
    }
    var fields: [FormatField] {
        [
            .half("d", "scale"),
            FormatField("qs", [.init(.codes, 32, width: 8, type: "int8")], "codes in their order"),
        ]
    }
}

extension BlockQ4_0: FieldedBlocks {
    var weightsPerBlock: Int { Self.blockSize }
    /// ggml's first 4-bit blocks.
    public var card: FormatCard {
        .gguf("Gerganov", "ggml: use F16 instead of F32 in Q4_0, Q4_1, Q8_0", 2023, pullRequest: 1508)
    }
    var fields: [FormatField] {
        [.half("d", "scale"), .codes("qs", 32, bits: 4, "code + 8; " + GGUFCards.halves)]
    }
}

extension BlockQ4_1 {
    /// ggml's 4-bit blocks with a minimum.
    public var card: FormatCard {
        .gguf("Gerganov", "ggml: use F16 instead of F32 in Q4_0, Q4_1, Q8_0", 2023, pullRequest: 1508)
    }
    var fields: [FormatField] {
        [
            .half("d", "scale"), .halfMinimum("m", "minimum"),
            .codes("qs", 32, bits: 4, GGUFCards.halves),
        ]
    }
}

extension BlockQ5_0 {
    /// ggml's 5-bit blocks.
    public var card: FormatCard {
        .gguf("Gerganov", "ggml: add Q5_0 and Q5_1 quantization", 2023, pullRequest: 1187)
    }
    var fields: [FormatField] {
        [
            .half("d", "scale"), .codes("qh", 32, bits: 1, "fifth bits of code + 16: bit j is weight j's"),
            .codes("qs", 32, bits: 4, GGUFCards.halves),
        ]
    }
}

extension BlockQ5_1 {
    /// ggml's 5-bit blocks with a minimum.
    public var card: FormatCard {
        .gguf("Gerganov", "ggml: add Q5_0 and Q5_1 quantization", 2023, pullRequest: 1187)
    }
    var fields: [FormatField] {
        [
            .half("d", "scale"), .halfMinimum("m", "minimum"),
            .codes("qh", 32, bits: 1, "fifth bits: bit j is weight j's"),
            .codes("qs", 32, bits: 4, GGUFCards.halves),
        ]
    }
}

extension BlockIQ4_NL {
    /// Uneven levels.
    public var card: FormatCard {
        .gguf(
            "Kawrakow", "IQ4_NL: 4-bit non-linear quants with blocks of 32", 2024, pullRequest: 5590,
            hardware: GGUFCards.levels)
    }
    var fields: [FormatField] {
        [.half("d", "scale"), .codes("qs", 32, bits: 4, "places among 16 levels; " + GGUFCards.halves)]
    }
}

extension BlockMXFP4 {
    /// OCP's MXFP4 as GGUF stores it.
    public var card: FormatCard {
        let gguf = FormatCard.gguf("Gerganov", "llama: add gpt-oss", 2025, pullRequest: 15091)
        return FormatCard(
            sources: gguf.sources + Microscaling.sources.prefix(1),
            hardware:
                "Block-scaled tensor cores of NVIDIA Blackwell; elsewhere byte shuffles and integer dot products.",
            writers: ["llama.cpp (MXFP4_MOE)"], runners: gguf.runners)
    }
    var fields: [FormatField] {
        [
            FormatField("e", [.init(.scales, 1, width: 8, type: "E8M0")], "scale 2^(e − 128); 255 is NaN"),
            FormatField(
                "qs", [.init(.codes, 32, width: 4, type: "E2M1")], "twice the number; " + GGUFCards.halves),
        ]
    }
}

extension BlockNVFP4 {
    /// NVFP4 as GGUF stores it.
    public var card: FormatCard {
        FormatCard(
            sources: [
                Citation(
                    "llama.cpp authors", "ggml: add NVFP4 quantization type support", 2026,
                    "llama.cpp pull request 19769"), GGUFCards.file,
            ] + NVFP4Format.sources.prefix(1),
            hardware:
                "Block-scaled tensor cores of NVIDIA Blackwell; elsewhere byte shuffles and integer dot products.",
            writers: ["llama.cpp (convert_hf_to_gguf, from NVFP4 checkpoints)"], runners: ["llama.cpp"])
    }
    var fields: [FormatField] {
        [
            FormatField("d", [.init(.scales, 4, width: 8, type: "UE4M3")], "one a group of 16 weights"),
            FormatField(
                "qs", [.init(.codes, 64, width: 4, type: "E2M1")],
                "byte 8s + j: weight 16s + j in the low half, 16s + 8 + j in the high half"),
        ]
    }
}
