extension NormalFloatFormat {
    /// bitsandbytes.
    public var card: FormatCard {
        FormatCard(
            sources: [
                Citation(
                    "Dettmers and others", "QLoRA: Efficient Finetuning of Quantized LLMs", 2023,
                    "arXiv 2305.14314")
            ],
            hardware: "No hardware multiplies it: kernels look levels up and multiply in f16 or bf16.",
            writers: ["bitsandbytes", "transformers"],
            runners: ["bitsandbytes", "transformers", "vLLM", "ONNX Runtime (MatMulBnb4)"])
    }

    /// Codes, then scales; with quantized scales the tensor has their mean and the magnitudes of runs.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        let mean = FormatField(
            "o", [.init(.scales, 1, width: 32, type: "f32")], "of the tensor: the mean of all scales")
        let runs = (layout.tensorBits - 32) / 32
        let magnitudes = FormatField(
            "m", [.init(.scales, runs, width: 32, type: "f32")],
            "one a run of \(Self.scalesInRun) scales: the largest distance from the mean")
        return .row(
            of: layout,
            codes: .init("", "places among 16 levels, two in a byte, the first in the low half"),
            scales: hasQuantizedScales
                ? .init("", "one a block: places in the 8-bit dynamic map")
                : .init("f32", "one a block: max|w|"),
            shared: hasQuantizedScales && layout.tensorBits > 0 ? [mean, magnitudes] : [])
    }
}
