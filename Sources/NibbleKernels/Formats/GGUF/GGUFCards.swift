extension FormatCard {
    /// A card of a block format of llama.cpp that a pull request brought.
    ///
    /// - Parameter writers: what else makes it than `llama-quantize`.
    static func gguf(
        _ author: String, _ title: String, _ year: Int, pullRequest: Int, hardware: String = GGUFCards.bytes,
        writers: [String] = ["llama.cpp (llama-quantize)"], runners: [String] = ["llama.cpp", "Ollama"]
    ) -> FormatCard {
        FormatCard(
            sources: [
                Citation(author, title, year, "llama.cpp pull request \(pullRequest)"), GGUFCards.file,
            ], hardware: hardware, writers: writers, runners: runners)
    }
}

/// What GGUF's block formats have in common.
enum GGUFCards {
    /// Where ggml defines its blocks.
    static let file = Citation("ggml authors", "ggml-common.h and ggml-quants.c", 2023, "MIT licence")
    static let bytes =
        "Integer dot products with int8 activations: AVX2, AVX-512, NEON; llama.cpp has GPU kernels for it."
    static let levels =
        "Byte shuffles look levels up (AVX2, NEON), then integer dot products; llama.cpp has GPU kernels for it."

    /// The K-quants of 2023.
    static let superBlock = FormatCard.gguf("Kawrakow", "k-quants", 2023, pullRequest: 1684)

    /// How two halves of a byte hold a block of 32.
    static let halves = "byte j: weight j in the low half, weight j + 16 in the high half"
    /// How eight pairs of scale and minimum of six bits are packed.
    static let sixBitPairs =
        "a scale and a minimum a group; 0 … 3 in the low six bits of bytes 4 … 7 and 8 … 11, of 4 … 7 the low four "
        + "bits in the halves of bytes 12 … 15, the high two on top of bytes 4 … 11"
    /// How four codes of two bits share a byte.
    static let quarters = "byte 32h + l: weights 128h + l + 0, 32, 64, 96, lowest bits first"
}
