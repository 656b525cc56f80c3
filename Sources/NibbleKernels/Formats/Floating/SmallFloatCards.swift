extension MiniFloatFormat {
    /// OFP8, and the element types of OCP MX with a real scale.
    public var card: FormatCard {
        codeBits == 8 ? Self.eightBits : codeBits == 6 ? Self.sixBits : Self.fourBits
    }

    private static let eightBits = FormatCard(
        sources: [
            Citation("Micikevicius and others", "FP8 Formats for Deep Learning", 2022, "arXiv 2209.05433"),
            Citation(
                "Open Compute Project", "8-bit Floating Point Specification (OFP8)", 2023, "revision 1.0"),
        ],
        hardware:
            "Tensor cores of NVIDIA Ada, Hopper and Blackwell; AMD CDNA 4 (CDNA 3 has the fnuz variants); elsewhere "
            + "decoded.",
        writers: ["llm-compressor", "TensorRT Model Optimizer", "torchao", "Transformer Engine"],
        runners: ["vLLM", "TensorRT-LLM", "torchao", "transformers"])

    private static let sixBits = FormatCard(
        sources: [
            Citation("Open Compute Project", "Microscaling Formats (MX) Specification", 2023, "version 1.0"),
            Citation("Xia and others", "FP6-LLM", 2024, "arXiv 2401.14112"),
        ],
        hardware: "Tensor cores of NVIDIA Blackwell multiply the type; elsewhere decoded.",
        writers: ["DeepSpeed (E3M2)"], runners: ["DeepSpeed (E3M2)"])

    private static let fourBits = FormatCard(
        sources: [
            Citation("Open Compute Project", "Microscaling Formats (MX) Specification", 2023, "version 1.0"),
            Citation("Liu and others", "LLM-FP4", 2023, "arXiv 2310.16836"),
        ],
        hardware: "Tensor cores of NVIDIA Blackwell multiply the type; elsewhere decoded.",
        writers: ["research code; in files it comes as MXFP4 or NVFP4"],
        runners: ["research code; in files it comes as MXFP4 or NVFP4"])

    /// Codes, then scales where they are not the tensor's.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        let isTensor = encoding.granularity == .tensor
        return .row(
            of: layout, codes: .init(type.name.uppercased(), "sign first, dense, lowest bits first"),
            scales: .init(
                scaleByteCount(encoding) == 2 ? "f16" : "f32",
                encoding.granularity == .channel ? "one a row" : "one a group"),
            shared: isTensor
                ? [FormatField("scale", [.init(.scales, 1, width: 32, type: "f32")], "of the tensor")] : [])
    }
}
