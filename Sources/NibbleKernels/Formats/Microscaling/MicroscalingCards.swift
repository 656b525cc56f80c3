/// What OCP's block formats have in common.
enum Microscaling {
    static let sources = [
        Citation("Open Compute Project", "Microscaling Formats (MX) Specification", 2023, "version 1.0"),
        Citation(
            "Rouhani and others", "Microscaling Data Formats for Deep Learning", 2023, "arXiv 2310.10537"),
    ]
    static let hardware =
        "Block-scaled tensor cores of NVIDIA Blackwell and matrix cores of AMD CDNA 4; elsewhere decoded."
    static let blockScale = FormatRecord.RowPart("E8M0", "one a block of 32, 2^(byte − 127); 255 is NaN")
}

extension MXFormat {
    /// OCP MX.
    public var card: FormatCard {
        let isFour = codeBits == 4
        return FormatCard(
            sources: Microscaling.sources, hardware: Microscaling.hardware,
            writers: ["torchao", "AMD Quark", "microxcaling"] + (isFour ? ["llm-compressor"] : []),
            runners: isFour ? ["vLLM", "transformers (gpt-oss)", "torchao"] : ["torchao", "microxcaling"])
    }

    /// Codes, then scale bytes.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(
            of: layout, codes: .init(type.name.uppercased(), "sign first, dense, lowest bits first"),
            scales: Microscaling.blockScale)
    }
}

extension MXInt8Format {
    /// OCP MX.
    public var card: FormatCard {
        FormatCard(
            sources: Microscaling.sources,
            hardware:
                "Not among the block-scaled types of NVIDIA Blackwell; integer dot products of a block anywhere.",
            writers: ["microxcaling", "Brevitas"], runners: ["microxcaling"])
    }

    /// Bytes, then scale bytes.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(
            of: layout, codes: .init("int8", "64ths of the scale, two's complement"),
            scales: Microscaling.blockScale)
    }
}

extension NVFP4Format {
    static let sources = [
        Citation(
            "NVIDIA", "Introducing NVFP4 for Efficient and Accurate Low-Precision Inference", 2025,
            "developer blog"),
        Citation("NVIDIA", "Pretraining Large Language Models with NVFP4", 2025, "arXiv 2509.25149"),
    ]

    /// NVIDIA's block format.
    public var card: FormatCard {
        FormatCard(
            sources: Self.sources,
            hardware: "Block-scaled tensor cores of NVIDIA Blackwell; elsewhere decoded.",
            writers: ["TensorRT Model Optimizer", "llm-compressor", "torchao"],
            runners: ["TensorRT-LLM", "vLLM"])
    }

    /// Codes, then scale bytes; one f32 for the tensor.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(
            of: layout, codes: .init("E2M1", "sign first, two in a byte, the first in the low half"),
            scales: .init("E4M3", "one a block of 16"),
            shared: [
                FormatField(
                    "s", [.init(.scales, 1, width: layout.tensorBits, type: "f32")],
                    "of the tensor: max|w| ÷ (448 · 6)")
            ])
    }
}
