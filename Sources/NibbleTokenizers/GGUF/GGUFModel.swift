/// A kind of tokenizer that a GGUF file can name, as llama.cpp runs it.
protocol GGUFModel: Sendable {
    /// The file's name for it (`tokenizer.ggml.model`).
    static var name: String { get }
    /// What the tokenizer is made of, apart from the tokens that all kinds have.
    ///
    /// - Throws: ``TokenizerError`` for what nibble doesn't know.
    static func parts(of vocabulary: GGUFVocabulary) throws(TokenizerError) -> GGUFModelParts
}

/// The parts that differ between kinds, and what llama.cpp takes where a file doesn't say it.
struct GGUFModelParts {
    /// Normalizers, pre-tokenizers, model and decoders; pieces where the decoders read other ones than the file's.
    var parts: TokenizerParts
    /// The token that begins a text where the file names none.
    var defaultBegin: Int?
    /// The token that ends a text where the file names none.
    var defaultEnd: Int?
    /// Whether a text gets its beginning where the file doesn't say it.
    var addsBeginOfText = false
    /// Whether a text gets its end where the file doesn't say it.
    var addsEndOfText = false
    /// Whether the second text of a pair gets a beginning too.
    var beginsBothTexts = true
}

/// The kinds of tokenizer that a GGUF file can name.
enum GGUFModelList {
    /// Every kind.
    static let all: [any GGUFModel.Type] = [
        GGUFSentencePiece.self, GGUFBytePairs.self, GGUFWordPiece.self,
    ]

    /// The parts of a vocabulary's kind.
    ///
    /// - Throws: ``TokenizerError`` for an unknown kind, and for what the kind doesn't know.
    static func parts(of vocabulary: GGUFVocabulary) throws(TokenizerError) -> GGUFModelParts {
        guard let kind = all.first(where: { $0.name == vocabulary.model }) else {
            let known = all.map { $0.name }.joined(separator: ", ")
            throw .unsupported(
                "nibble does not know the tokenizer “\(vocabulary.model.prefix(120))” of the GGUF file; it knows "
                    + "\(known).")
        }
        return try kind.parts(of: vocabulary)
    }
}
