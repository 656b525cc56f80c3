extension TernaryFormat {
    /// BitNet b1.58.
    public var card: FormatCard {
        FormatCard(
            sources: [
                Citation(
                    "Ma and others",
                    "The Era of 1-bit LLMs: All Large Language Models are in 1.58 Bits", 2024,
                    "arXiv 2402.17764")
            ],
            hardware:
                "Additions and subtractions: integer SIMD, look-up tables, FPGAs. Made for models trained with it.",
            writers: ["transformers (BitNet)", "bitnet.cpp"],
            runners: ["transformers (BitNet)", "bitnet.cpp"])
    }

    /// Codes, then the row's scale where it isn't the tensor's.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(
            of: layout, codes: .init("", "−1, 0, 1 plus 1, four in a byte, lowest bits first"),
            scales: .init("f32", "one a row: the mean magnitude"),
            shared: layout.tensorBits > 0
                ? [
                    FormatField(
                        "γ", [.init(.scales, 1, width: layout.tensorBits, type: "f32")],
                        "of the tensor: the mean magnitude")
                ] : [])
    }
}
