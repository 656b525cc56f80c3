import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleTokenizers

/// Tokenizers as GGUF files describe them, against what the `tokenizers` package gives for the files they come from.
@Suite struct GGUFVocabularyTests {
    private struct Record: Decodable {
        let strings: [String]
        let ids: [[Int]]
        let decoded: [String]
    }

    private static let folder = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleTokenizersTests/Fixtures")

    private static func vocabulary(_ name: String, size: Int = 0) throws -> GGUFVocabulary {
        let file = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
        return try GGUFVocabulary(tokenizerJSON: Array(file), size: size)
    }

    @Test(arguments: [
        ("gpt2", "gpt2", "gpt-2"), ("llama3", "gpt2", "dbrx"), ("qwen2", "gpt2", "qwen2"),
        ("spm", "llama", "default"),
    ])
    func idsAndTextsAreEqual(name: String, model: String, cut: String) throws {
        let vocabulary = try Self.vocabulary(name)
        #expect(vocabulary.model == model && vocabulary.preTokenizer == cut)
        let tokenizer = try Tokenizer(vocabulary)
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).ids.json"))
        let record = try JSONDecoder().decode(Record.self, from: data)
        // GGUF has no words for tokens that take blanks along, as <extra> does, nor for Unicode's normal forms.
        let same = record.strings.indices.filter {
            let text = record.strings[$0]
            let composed = text.precomposedStringWithCanonicalMapping
            return !text.contains("<extra>") && Array(composed.utf8) == Array(text.utf8)
        }
        let wrong = same.filter { tokenizer.encode(record.strings[$0]) != record.ids[$0] }
        let misread = same.filter {
            Array(tokenizer.decode(record.ids[$0]).utf8) != Array(record.decoded[$0].utf8)
        }
        #expect(same.count > 200)
        #expect(
            wrong.isEmpty,
            "\(wrong.count) differ, first \(wrong.prefix(3).map { record.strings[$0].debugDescription })")
        #expect(misread.isEmpty, "\(misread.count) differ, first \(misread.prefix(1).map { record.ids[$0] })")
    }

    /// BERT's vocabulary as GGUF files write it: ▁ before what begins a word in place of ## before what doesn't.
    @Test func bertsVocabularyGivesTheSameTokens() throws {
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("bert.json"))
        let json = try TokenizerJSON.parse(Array(file), file: "bert.json")
        let pieces = try TokenModelList.model(try #require(json["model"])).vocabulary
        var vocabulary = GGUFVocabulary()
        vocabulary.model = GGUFVocabulary.wordPiece
        vocabulary.tokens = [[UInt8]](repeating: [], count: pieces.count)
        vocabulary.types = [Int32](repeating: GGUFVocabulary.TokenType.normal.rawValue, count: pieces.count)
        for (piece, id) in pieces {
            let isSpecial = id < 5
            let goesOn = piece.starts(with: "##".utf8) && piece.count > 2
            vocabulary.tokens[id] =
                isSpecial ? piece : goesOn ? Array(piece.dropFirst(2)) : SpaceMark.bytes + piece
            if isSpecial { vocabulary.types[id] = GGUFVocabulary.TokenType.control.rawValue }
        }
        (vocabulary.classification, vocabulary.separator, vocabulary.unknown) = (2, 3, 1)
        let tokenizer = try Tokenizer(vocabulary)
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("bert.ids.json"))
        let record = try JSONDecoder().decode(Record.self, from: data)
        // GGUF has no limit to the length of words, and no way to write a piece that begins with ▁ itself.
        let same = record.strings.indices.filter { index in
            !record.strings[index].contains(/\S{31}|▁/)
        }
        #expect(same.count > 150)
        for index in same {
            #expect(tokenizer.encode(record.strings[index]) == record.ids[index], "\(record.strings[index])")
            #expect(tokenizer.decode(record.ids[index]) == record.decoded[index])
        }
        let pair = tokenizer.encode("a", pair: "b")
        #expect(pair.ids.filter { $0 == 2 }.count == 1 && pair.ids.filter { $0 == 3 }.count == 2)
        #expect(pair.types == [0, 0, 0, 1, 1])
        // llama.cpp takes [PAD], token 0 here, for one that ends what a model writes.
        #expect(tokenizer.beginOfText == 2 && tokenizer.endOfText == [0, 3])
    }

    @Test func missingTokensAreUnused() throws {
        let count = try Self.vocabulary("gpt2").tokens.count
        let longer = try Self.vocabulary("gpt2", size: count + 2)
        #expect(
            longer.tokens.suffix(2).map { String(decoding: $0, as: UTF8.self) } == [
                "[PAD\(count)]", "[PAD\(count + 1)]",
            ])
        #expect(longer.types.suffix(2) == [5, 5])
    }

    /// llama.cpp merges by the highest score, the leftmost of equals; characters without a token become bytes.
    @Test func sentencePieceMergesByScore() {
        let tokens = ["<unk>", "a", "b", "ab", "ba", "aba", "<0xC3>", "<0xA9>"].map { Array($0.utf8) }
        let model = { (scores: [Float]) in SentencePieceModel(tokens: tokens, scores: scores, unknown: 0) }
        let encode = { (model: SentencePieceModel, text: String) in model.encode(Array(text.utf8)[...]) }
        #expect(encode(model([0, 0, 0, -1, -2, -3, 0, 0]), "aba") == [5])
        #expect(encode(model([0, 0, 0, -2, -1, -3, 0, 0]), "abab") == [5, 2])
        #expect(encode(model([0, 0, 0, -1, -1, -3, 0, 0]), "bab") == [4, 2])
        #expect(encode(model([.nan, 0, 0, -1, -2, -3, 0, 0]), "aéz") == [1, 6, 7, 0])
        #expect(encode(model([]), "") == [])
    }

    /// A vocabulary of single bytes, where the tokens are the cut's words' bytes and merges show where words end.
    private static func bytes(_ preTokenizer: String, merges: [String]) -> GGUFVocabulary {
        var vocabulary = GGUFVocabulary()
        vocabulary.model = GGUFVocabulary.bytePairs
        vocabulary.preTokenizer = preTokenizer
        vocabulary.tokens =
            ByteAlphabet.characters + merges.map { Array($0.utf8.filter { $0 != UInt8(ascii: " ") }) }
        vocabulary.merges = merges.map { Array($0.utf8) }
        return vocabulary
    }

    @Test func cutsHaveTheirNames() throws {
        let merges = ["1 2", "12 3", "123 4", "! a", "a !"]
        func pieces(_ name: String, _ text: String) throws -> [String] {
            let tokenizer = try Tokenizer(Self.bytes(name, merges: merges))
            return tokenizer.encode(text, addSpecialTokens: false).map { tokenizer.decode([$0]) }
        }
        #expect(try pieces("gpt-2", "1234!a") == ["1234", "!", "a"])
        #expect(try pieces("smollm", "1234!a") == ["1", "2", "3", "4", "!", "a"])
        #expect(try pieces("llama-bpe", "1234!a") == ["123", "4", "!a"])
        #expect(try pieces("qwen2", "12!a") == ["1", "2", "!a"])
        #expect(try pieces("default", "1234!a") == ["123", "4", "!", "a"])
        #expect(try pieces("", "a12") == ["a", "12"])
    }

    @Test func bytesBeginAsTheirNameHasIt() throws {
        var vocabulary = Self.bytes("llama-bpe", merges: [])
        vocabulary.beginOfText = 3
        vocabulary.endOfText = 4
        #expect(try Tokenizer(vocabulary).encode("") == [3])
        vocabulary.addsBeginOfText = false
        vocabulary.addsEndOfText = true
        #expect(try Tokenizer(vocabulary).encode("") == [4])
        #expect(try Tokenizer(vocabulary).endOfText == [4])
    }

    @Test func unknownKindsAreNamed() throws {
        var vocabulary = Self.bytes("nonsense", merges: [])
        let cut = #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
        #expect(cut?.description.contains("“nonsense”") == true)
        vocabulary.model = "t5"
        let model = #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
        #expect(model?.description.contains("“t5”") == true)
        vocabulary.model = GGUFVocabulary.sentencePiece
        vocabulary.endOfText = 100_000
        #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
        let none = #expect(throws: TokenizerError.self) { try Tokenizer(GGUFVocabulary()) }
        #expect(none?.description.contains("no tokenizer") == true)
        vocabulary = Self.bytes("gpt-2", merges: [])
        vocabulary.scores = [1]
        let scores = #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
        #expect(scores?.description.contains("256 tokens, but 1 scores") == true)
    }

    /// Lists of any length, numbers of any size: a tokenizer or a sentence, and a tokenizer that never traps.
    @Test func lyingVocabulariesDoNoHarm() {
        var random = SeededGenerator(seed: 3)
        var accepted = 0
        for _ in 0..<2000 {
            var vocabulary = Self.bytes(
                ["gpt-2", "default"].randomElement(using: &random) ?? "", merges: ["a b", "x", ""])
            if Bool.random(using: &random) { vocabulary.model = GGUFVocabulary.sentencePiece }
            vocabulary.tokens = Array(vocabulary.tokens.prefix(Int.random(in: 0...260, using: &random)))
            // Half of the lists are as long as the vocabulary: others are refused.
            func count() -> Int {
                Bool.random(using: &random)
                    ? vocabulary.tokens.count : Int.random(in: 0...300, using: &random)
            }
            vocabulary.types = (0..<count()).map { _ in
                .random(in: -1...9, using: &random)
            }
            vocabulary.scores = (0..<count()).map { _ in
                .random(in: -9...9, using: &random)
            }
            vocabulary.beginOfText = Int.random(in: -5...400, using: &random)
            vocabulary.unknown = Int.random(in: -5...400, using: &random)
            guard let tokenizer = try? Tokenizer(vocabulary) else { continue }
            accepted += 1
            _ = tokenizer.decode(tokenizer.encode("abc é\u{0}\n 123"))
        }
        #expect(accepted > 100)
    }
}
