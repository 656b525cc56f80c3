extension FixedPointFormat {
    /// Words with a binary point.
    public var card: FormatCard {
        FormatCard(
            sources: [
                Citation(
                    "Lin, Talathi, Annapureddy",
                    "Fixed Point Quantization of Deep Convolutional Networks", 2016, "arXiv 1511.06393")
            ],
            hardware:
                "Integer arithmetic alone: microcontrollers, DSPs, FPGAs. Scales are shifts; results depend on the "
                + "accumulator's width.",
            writers: ["hls4ml (ap_fixed)", "QKeras", "Brevitas"],
            runners: codeBits == 8 || codeBits == 16
                ? ["hls4ml", "FINN", "CMSIS-NN (q7, q15)"] : ["hls4ml", "FINN"])
    }

    /// Dense words; the binary point belongs to the tensor.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        .row(
            of: layout,
            codes: .init("", "the word plus \(1 << (codeBits - 1)), dense, lowest bits first"),
            shared: [
                FormatField(
                    "n", [.init(.scales, 1, width: layout.tensorBits)], "fraction bits; value = word · 2^−n")
            ])
    }
}
