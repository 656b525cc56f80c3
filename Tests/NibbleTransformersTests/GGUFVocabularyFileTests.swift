import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import NibbleTokenizers
import NibbleTransformers
import Testing

/// Vocabularies of published models in GGUF, against the tokens that llama.cpp's own tests expect of them.
@Suite struct GGUFVocabularyFileTests {
    private static let names = ["llama-spm", "gpt-2", "bert-bge"]
    private static let folder = RepositoryPaths.optionalModel(
        "tokenizers", having: "ggml-vocab-llama-spm.gguf", "ggml-vocab-gpt-2.gguf", "ggml-vocab-bert-bge.gguf"
    )

    @Test(
        .enabled(if: folder != nil, "llama.cpp's vocabularies are not on this machine (see CONTRIBUTING.md)"),
        arguments: names)
    func tokensAreThoseOfLlamaCpp(name: String) throws {
        let file = try #require(Self.folder).appendingPathComponent("ggml-vocab-\(name).gguf")
        let metadata = try #require(try Checkpoint.open(file).gguf)
        let tokenizer = try Tokenizer(GGUFVocabulary(metadata))
        let texts = try Self.text(file, "inp").components(separatedBy: "\n__ggml_vocab_test__\n")
        let lines = try Self.text(file, "out").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(texts.count > 40 && lines.count >= texts.count)
        for (text, line) in zip(texts, lines) {
            let wanted = line.split(separator: " ").compactMap { Int($0) }
            #expect(tokenizer.encode(text, addSpecialTokens: false) == wanted, "\(text.debugDescription)")
        }
    }

    private static func text(_ file: URL, _ ending: String) throws -> String {
        try String(contentsOf: file.appendingPathExtension(ending), encoding: .utf8)
    }
}
