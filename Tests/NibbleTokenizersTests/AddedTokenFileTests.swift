import Foundation
import NibbleTestSupport
import NibbleTokenizers
import Testing

/// Added tokens that stand only in the files beside `tokenizer.json` are used, as transformers uses them.
@Suite struct AddedTokenFileTests {
    private static let tokenizer = """
        {"added_tokens":[{"id":0,"content":"<s>","special":true}],
        "model":{"type":"BPE","vocab":{"<s>":0,"a":1,"b":2,"ab":3,"<":4,"x":5,">":6},"merges":["a b"]}}
        """

    private static func load(_ files: [String: String]) throws -> Tokenizer {
        try TemporaryFolder.with("tokenizer") { folder in
            for (name, text) in files.merging(
                ["tokenizer.json": tokenizer], uniquingKeysWith: { first, _ in first })
            {
                try Data(text.utf8).write(to: folder.appendingPathComponent(name))
            }
            return try Tokenizer.load(directory: folder)
        }
    }

    private static let entry =
        #"{"content":"<x>","lstrip":false,"normalized":false,"rstrip":false,"single_word":false,"special":true}"#

    @Test func tokensOfTheConfigurationAreUsed() throws {
        #expect(try Self.load([:]).encode("ab<x>a") == [3, 4, 5, 6, 1])
        for configuration in [
            #"{"added_tokens_decoder":{"0":{"content":"<s>","special":true},"7":\#(Self.entry)}}"#,
            #"{"additional_special_tokens":["<x>"]}"#, #"{"extra_special_tokens":[\#(Self.entry)]}"#,
            #"{"eos_token":"<x>"}"#, #"{"pad_token":{"content":"<x>"}}"#,
        ] {
            let tokenizer = try Self.load(["tokenizer_config.json": configuration])
            #expect(tokenizer.encode("ab<x>a") == [3, 7, 1], "\(configuration)")
            #expect(tokenizer.isSpecial(7) && tokenizer.text(ofToken: 7) == "<x>")
            #expect(tokenizer.vocabularySize == 8 && tokenizer.plainVocabularySize == 7)
            #expect(tokenizer.remarks.isEmpty)
        }
        #expect(try Self.load(["tokenizer_config.json": #"{"eos_token":"<x>"}"#]).endOfText == [7])
    }

    @Test func tokensOfOlderFilesAreUsed() throws {
        let added = try Self.load(["added_tokens.json": #"{"<x>": 7}"#])
        #expect(added.encode("ab<x>a") == [3, 7, 1] && !added.isSpecial(7))
        let named = try Self.load([
            "added_tokens.json": #"{"<x>": 7}"#, "special_tokens_map.json": #"{"eos_token":"<x>"}"#,
        ])
        #expect(named.isSpecial(7) && named.endOfText == [7])
        // A configuration that lists them itself goes before.
        let both = try Self.load([
            "tokenizer_config.json": #"{"added_tokens_decoder":{"7":\#(Self.entry)}}"#,
            "added_tokens.json": #"{"<y>": 7}"#,
        ])
        #expect(both.text(ofToken: 7) == "<x>")
    }

    /// `add_tokens` of the tokenizers library numbers them: those of the vocabulary keep their number.
    @Test func numbersAreThoseOfTheLibrary() throws {
        let configuration = #"{"added_tokens_decoder":{"9":\#(Self.entry),"3":{"content":"ab"}}}"#
        let tokenizer = try Self.load(["tokenizer_config.json": configuration])
        #expect(tokenizer.encode("b<x>ab") == [2, 7, 3])
        #expect(tokenizer.remarks.count == 1)
        #expect(tokenizer.remarks.first?.contains("“<x>” is listed as 9, but it gets the number 7") == true)
    }

    @Test(arguments: [
        ("tokenizer.model", "SentencePiece"), ("tekken.json", "Mistral’s own format"),
        ("vocab.json", "older form"),
    ])
    func anotherKindOfTokenizerAloneIsAHint(file: String, words: String) throws {
        let error = try TemporaryFolder.with("tokenizer") { folder in
            try Data().write(to: folder.appendingPathComponent(file))
            return #expect(throws: TokenizerError.self) { try Tokenizer.load(directory: folder) }
        }
        let sentence = error?.description ?? ""
        #expect(sentence.contains("only \(file)") && sentence.contains(words), "\(sentence)")
        #expect(sentence.contains("save_pretrained(folder) writes tokenizer.json"))
    }

    /// GGUF files have no words for how an added token is found.
    @Test func whatGGUFCannotSayIsARemark() throws {
        func remarks(_ flag: String) throws -> [String] {
            let bytes = (0...255).map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return "\"<0x\(byte < 16 ? "0" : "")\(digits)>\":\(byte + 2)"
            }
            let file = """
                {"added_tokens":[{"id":0,"content":"<x>","special":true\(flag)}],
                "normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},
                "model":{"type":"BPE","byte_fallback":true,"vocab":{"<x>":0,"▁":1,\(bytes.joined(separator: ","))},
                "merges":[]}}
                """
            return try GGUFVocabulary(tokenizerJSON: Array(file.utf8), size: 0).remarks
        }
        #expect(try remarks("").isEmpty && remarks(",\"lstrip\":false").isEmpty)
        for flag in ["lstrip", "rstrip", "single_word"] {
            let found = try remarks(",\"\(flag)\":true")
            #expect(found.count == 1 && found[0].hasPrefix("1 added token, such as “<x>”, is marked lstrip"))
        }
    }

    /// Rows that no token is for can be chosen by a model all the same.
    @Test func numbersWithoutATokenCanBeSeen() throws {
        let tokenizer = try Self.load([:])
        #expect(tokenizer.decode([1, 600, 2]) == "a⟨600⟩b")
        var decoder = tokenizer.makeStreamingDecoder()
        #expect([1, 600, 2].map { decoder.append($0) } == ["a", "⟨600⟩", "b"])
    }
}

/// Tokens that end what a model writes are known by their texts in GGUF files, as llama.cpp knows them.
@Suite struct GGUFEndTests {
    private static func vocabulary(_ texts: [String], type: Int32 = 1) -> GGUFVocabulary {
        var vocabulary = GGUFVocabulary()
        vocabulary.model = GGUFVocabulary.sentencePiece
        vocabulary.tokens = (["<unk>", "<s>", "</end>", "a"] + texts).map { Array($0.utf8) }
        vocabulary.scores = [Float](repeating: 0, count: vocabulary.tokens.count)
        vocabulary.types = [2, 3, 3, 1] + [Int32](repeating: type, count: texts.count)
        vocabulary.endOfText = 2
        return vocabulary
    }

    @Test(
        arguments: [
            "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
            "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
            "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
            "<｜end▁of▁sentence｜>", "[e~[", "<|fim_pad|>", "<fim_pad>", "[PAD]", "<|repo_name|>",
            "<|file_sep|>",
        ], [Int32(1), 3, 4])
    func endsAreKnownByTheirTexts(text: String, type: Int32) throws {
        let tokenizer = try Tokenizer(Self.vocabulary([text], type: type))
        #expect(tokenizer.endOfText == [2, 4])
        // Its type is overridden: it is found in a text whole.
        #expect(tokenizer.isSpecial(4) && tokenizer.encode("a" + text).last == 4)
    }

    @Test func namesThatOnlyResembleThemAreNone() throws {
        let tokenizer = try Tokenizer(Self.vocabulary(["<|im_start|>", "[PAD5]", "<|fim_prefix|>", "eos"]))
        #expect(tokenizer.endOfText == [2])
    }

    /// Where harmony's or Gemma's tokens are, these two go on.
    @Test func exceptionsAreMadeWhereOtherTokensAre() throws {
        let harmony = try Tokenizer(Self.vocabulary(["<|end|>", "<|return|>", "<|call|>"]))
        #expect(harmony.endOfText == [2, 5, 6])
        let solar = try Tokenizer(Self.vocabulary(["<|end|>", "<|flush|>", "<|calls|>"]))
        #expect(solar.endOfText == [2, 5, 6])
        #expect(try Tokenizer(Self.vocabulary(["<|end|>", "<|return|>"])).endOfText == [2, 4, 5])
        #expect(try Tokenizer(Self.vocabulary(["</s>", "<|tool_response>"])).endOfText == [2, 5])
    }

    @Test func keysGoBeforeTexts() throws {
        var vocabulary = Self.vocabulary(["<|fim_pad|>", "other", "turn"])
        vocabulary.middleTokens["fim_pad"] = 5
        vocabulary.otherEnds = [6, 99]
        #expect(try Tokenizer(vocabulary).endOfText == [2, 5, 6])
    }
}
