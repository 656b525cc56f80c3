extension IntegerFormat {
    /// Uniform whole-number grids.
    public var card: FormatCard {
        FormatCard(
            sources: [
                Citation(
                    "Jacob and others",
                    "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
                    2018, "arXiv 1712.05877"),
                Citation("Frantar and others", "GPTQ", 2022, "arXiv 2210.17323"),
            ],
            hardware: hardware, writers: tools(writing: true), runners: tools(writing: false))
    }

    private var hardware: String {
        switch codeBits {
        case 8:
            "Integer dot products: AVX2, AVX512-VNNI and AMX, NEON with SDOT; tensor cores since Turing."
        case 4:
            "No product of its own in newer hardware: kernels unpack codes to bytes or halves. Tensor cores of Turing to Ada "
                + "multiply four bits."
        default: "No hardware multiplies this width: kernels unpack codes to bytes or halves."
        }
    }

    private func tools(writing: Bool) -> [String] {
        let common =
            writing
            ? ["torchao", "HQQ"].filter { $0 == "torchao" || [2, 3, 4, 8].contains(codeBits) }
            : ["torchao"]
        switch codeBits {
        case 8:
            return writing
                ? common + ["llm-compressor", "ONNX Runtime", "TensorRT Model Optimizer"]
                : common + ["vLLM", "ONNX Runtime", "TensorRT"]
        case 4:
            return writing
                ? common + ["GPTQModel", "llm-compressor", "AutoRound", "ONNX Runtime"]
                : common + ["vLLM", "transformers", "ONNX Runtime"]
        case 2, 3: return writing ? common + ["GPTQModel", "AutoRound"] : common + ["transformers"]
        default: return common
        }
    }

    /// Codes, then scales, then zero points.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        let offset = isSymmetric ? "the code plus \(1 << (codeBits - 1)), dense, lowest bits first" : nil
        let isGrouped = layout.groupsPerRow > 1 || encoding.granularity != .channel
        var shared: [FormatField] = []
        if encoding.granularity == .tensor {
            shared.append(FormatField("scale", [.init(.scales, 1, width: 32, type: "f32")], "of the tensor"))
            if !isSymmetric {
                shared.append(FormatField("zero point", [.init(.minima, 1, width: 8)], "of the tensor"))
            }
        }
        return .row(
            of: layout, codes: .init("", offset ?? "dense, lowest bits first"),
            scales: .init(
                scaleByteCount(encoding) == 2 ? "f16" : "f32", isGrouped ? "one a group" : "one a row"),
            zeroPoints: .init("", "the code of zero, a byte each"), shared: shared)
    }
}
