extension FloatFormat {
    /// IEEE 754 and bfloat16.
    public var card: FormatCard {
        let isBrain = storage == .bf16
        return FormatCard(
            sources: [
                isBrain
                    ? Citation(
                        "Kalamkar and others", "A Study of BFLOAT16 for Deep Learning Training", 2019,
                        "arXiv 1905.12322")
                    : Citation("IEEE", "Standard for Floating-Point Arithmetic", 2019, "IEEE 754-2019")
            ],
            hardware: Self.hardware(storage), writers: ["every training framework"],
            runners: ["PyTorch", "transformers", "vLLM", "llama.cpp", "ONNX Runtime"])
    }

    private static func hardware(_ storage: FloatMatrix.Storage) -> String {
        switch storage {
        case .f16:
            "Tensor cores of NVIDIA GPUs since Volta; processors widen it with F16C or NEON, AVX512-FP16 multiplies it."
        case .bf16:
            "Tensor cores of NVIDIA GPUs since Ampere; AVX512-BF16, AMX and Armv8.6 processors; elsewhere widened to f32."
        default: "All processors and GPUs."
        }
    }

    /// Numbers one after the other.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(of: layout, codes: .init(storage.rawValue, "numbers, little-endian"))
    }
}
