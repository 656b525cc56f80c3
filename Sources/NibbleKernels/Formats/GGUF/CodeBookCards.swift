/// The card and the fields of a block that is only read.
struct CodeBookCard: Sendable {
    let card: FormatCard
    let fields: [FormatField]

    private init(
        _ title: String, pullRequest: Int, author: String = "Kawrakow", year: Int = 2024,
        hardware: String = codeBook, _ fields: [FormatField]
    ) {
        card = .gguf(
            author, title, year, pullRequest: pullRequest, hardware: hardware,
            writers: [
                "llama.cpp (llama-quantize\(author == "Kawrakow" ? " with an importance matrix" : ""))"
            ],
            runners: ["llama.cpp"])
        self.fields = fields
    }

    private static let codeBook =
        "Table look-ups in a code book of some kilobytes; slow on processors, llama.cpp has GPU kernels for it."

    static let iq3_s = CodeBookCard(
        "IQ3_S: a much better alternative to Q3_K", pullRequest: 5676,
        [
            .half("d", "factor of the scales"),
            .codes("qs", 64, bits: 8, "low bits of points of four weights"),
            .codes("qh", 64, bits: 1, "their ninth bits"), .codes("signs", 256, bits: 1, "signs of weights"),
            .scales("scales", 8, bits: 4, "one a group of 32: 1 + 2s"),
        ])
    static let iq3_xxs = CodeBookCard(
        "SOTA 3-bit quants", pullRequest: 5196,
        [
            .half("d", "factor of the scales"), .codes("qs", 64, bits: 8, "points of four weights"),
            FormatField(
                "signs", [.init(.codes, 32, width: 7), .init(.scales, 8, width: 4)],
                "a word of 32 bits a group of 32: four times seven signs (the eighth makes minus signs even), scale"
            ),
        ])
    static let iq2_s = CodeBookCard(
        "Adding IQ2_S and IQ2_M to complete coverage of the 2-3 bit quantization range", pullRequest: 5721,
        [
            .half("d", "factor of the scales"),
            .codes("qs", 32, bits: 8, "low bits of points of eight weights"),
            .codes("signs", 256, bits: 1, "signs of weights"),
            .codes("qh", 32, bits: 2, "high bits of points"),
            .scales("scales", 16, bits: 4, "one a group of 16"),
        ])
    static let iq2_xs = CodeBookCard(
        "SOTA 2-bit quants, part 2", pullRequest: 4856,
        [
            .half("d", "factor of the scales"),
            .codes("qs", 32, bits: 16, "nine bits: a point of eight weights; seven: signs"),
            .scales("scales", 16, bits: 4, "one a group of 16"),
        ])
    static let iq2_xxs = CodeBookCard(
        "SOTA 2-bit quants", pullRequest: 4773,
        [
            .half("d", "factor of the scales"),
            FormatField(
                "qs", [.init(.codes, 8, width: 60), .init(.scales, 8, width: 4)],
                "eight bytes a group of 32: four points of eight weights, four times seven signs, scale"),
        ])
    static let q2_0 = CodeBookCard(
        "ggml: add Q2_0 quantization support", pullRequest: 24448, author: "khosravipasha", year: 2026,
        hardware: GGUFCards.bytes,
        [.half("d", "scale"), .codes("qs", 64, bits: 2, "code + 1, four in a byte, lowest bits first")])
    static let iq1_m = CodeBookCard(
        "IQ1_M: 1.75 bpw quantization", pullRequest: 6302,
        [
            .codes("qs", 32, bits: 8, "low bits of points of eight weights"),
            .codes("qh", 32, bits: 4, "three high bits and a shift by an eighth, a half byte a point"),
            FormatField(
                "scales", [.init(.scales, 16, width: 3), .init(.scales, 1, width: 16, type: "f16")],
                "four words: four scales of 16 weights in the low bits, a quarter of d in the high four"),
        ])
    static let iq1_s = CodeBookCard(
        "1.5 bit quantization", pullRequest: 5453,
        [
            .half("d", "factor of the scales"),
            .codes("qs", 32, bits: 8, "low bits of points of eight weights"),
            FormatField(
                "qh", [.init(.codes, 8, width: 13), .init(.scales, 8, width: 3)],
                "a word a group of 32: four times three high bits, scale, shift by an eighth"),
        ])
    static let q1_0 = CodeBookCard(
        "ggml: add Q1_0 1-bit quantization support", pullRequest: 21273, author: "khosravipasha", year: 2026,
        hardware: GGUFCards.bytes,
        [.half("d", "scale"), .codes("qs", 128, bits: 1, "1 for d, 0 for −d, lowest bits first")])
}

extension GridBlocks: FieldedBlocks {
    var weightsPerBlock: Int { shape.weights }
    var fields: [FormatField] { content.fields }
    /// A format of llama.cpp.
    public var card: FormatCard { content.card }
}
