import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleTokenizers

/// Vocabularies as `nibble quantize` writes them, against the tokens that llama.cpp (ggml 0.25.3) makes with them of
/// lines, blanks, steering characters and many scripts.
@Suite struct GGUFPeerTests {
    private struct Record: Decodable {
        let strings: [String]
        let tokens: [String: [[Int]]]
    }

    private static func vocabulary(_ name: String) throws -> GGUFVocabulary {
        if name == "tiny-tales" {
            let folder = RepositoryPaths.root.appendingPathComponent("SampleModels/tiny-tales")
            return try GGUFVocabulary(directory: folder, size: 0)
        }
        let file = try Data(contentsOf: fixture("\(name).json"))
        return try GGUFVocabulary(tokenizerJSON: Array(file), size: 0)
    }

    private static func fixture(_ name: String) -> URL {
        RepositoryPaths.root.appendingPathComponent("Tests/NibbleTokenizersTests/Fixtures/\(name)")
    }

    @Test(arguments: ["tiny-tales", "spm", "gpt2", "llama3", "qwen2"])
    func tokensAreThoseOfLlamaCpp(_ name: String) throws {
        let data = try Data(contentsOf: Self.fixture("llama-cpp.ids.json"))
        let record = try JSONDecoder().decode(Record.self, from: data)
        let wanted = try #require(record.tokens[name])
        let tokenizer = try Tokenizer(Self.vocabulary(name))
        #expect(wanted.count == record.strings.count && wanted.count > 200)
        let wrong = zip(record.strings, wanted).filter { text, tokens in
            // llama.cpp ends a token's text at its first zero byte, and this vocabulary has a token of just that.
            if name == "spm", text.utf8.contains(0) { return false }
            return tokenizer.encode(text) != tokens
        }
        #expect(wrong.isEmpty, "\(wrong.count) differ, first \(wrong.prefix(3).map(\.0.debugDescription))")
    }
}
