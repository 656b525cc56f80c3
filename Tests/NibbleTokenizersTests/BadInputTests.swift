import Foundation
import NibbleTestSupport
import NibbleTokenizers
import Testing

/// Damaged tokenizer files end in a ``TokenizerError`` or in a tokenizer that works, never in a trap.
@Suite struct BadInputTests {
    private static let pieces = [
        "null", "-1", "9.2e18", "1e400", "67108863", "\"\"", "\"▁\"", "\"a b c\"", "[]", "{}", "true",
        "[[\"a\",\"zz\"]]", "{\"type\":\"Sequence\"}", "{\"type\":\"Unigram\"}", "\"\\ud800\"", "\"\\u0000\"",
    ]

    private static let seedFile = """
        {"added_tokens":[{"id":1,"content":"<s>","special":true,"lstrip":true,"rstrip":true}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
        {"type":"Replace","pattern":{"String":" "},"content":"▁"},{"type":"NFC"}]},
        "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
        {"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}},
        "decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},
        {"type":"Strip","content":" ","start":1,"stop":0}]},
        "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"ignore_merges":false,
        "vocab":{"<unk>":0,"<s>":1,"<0x0A>":2,"▁":3,"a":4,"b":5,"ab":6,"▁a":9},"merges":["a b",["▁","a"]]}}
        """

    /// Replaces a value by another (the file stays JSON), or changes bytes anywhere.
    private static func mutate(_ seed: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Int.random(in: 0..<4, using: &random) > 0 {
            let values = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }
            let start = values[Int.random(in: 0..<values.count, using: &random)] + 1
            var end = start
            let closers = Set(",}]".utf8)
            if !Set("{[".utf8).contains(bytes[start]) {
                while end < bytes.count, !closers.contains(bytes[end]) { end += 1 }
                bytes.replaceSubrange(
                    start..<end, with: pieces.randomElement(using: &random).map { Array($0.utf8) } ?? [])
            }
        } else if Bool.random(using: &random) {
            bytes[place] = UInt8.random(in: 0...255, using: &random)
        } else {
            bytes.removeSubrange(place...)
        }
        return bytes
    }

    @Test func mutatedFilesNeverTrap() {
        var random = SeededGenerator(seed: 7)
        let seed = Array(Self.seedFile.utf8)
        var pastSyntax = 0
        for _ in 0..<20_000 {
            do throws(TokenizerError) {
                let tokenizer = try Tokenizer(tokenizerJSON: Self.mutate(seed, &random))
                pastSyntax += 1
                _ = tokenizer.decode(tokenizer.encode(" ab\n<s>é") + [-1, 7, .max])
            } catch {
                if case .syntax = error { continue }
                pastSyntax += 1
                #expect(error.description.hasSuffix("."))
            }
        }
        #expect(pastSyntax > 10_000, "only \(pastSyntax) inputs came past the syntax check")
    }

    @Test(arguments: [
        (#"{"model":{"type":"Unigram","vocab":[]}}"#, "Unigram"),
        (#"{"model":{"vocab":{"a":0},"merges":["a zz"]}}"#, "merge 0"),
        (#"{"model":{"vocab":{"a":-1},"merges":[]}}"#, "no number"),
        (#"{"model":{"vocab":{},"merges":[]},"decoder":{"type":"Odd"}}"#, "Odd"),
        (
            #"{"model":{"vocab":{},"merges":[]},"decoder":{"type":"Strip","content":" ","start":9e18}}"#,
            "Strip"
        ),
        (#"{"added_tokens":[{"id":1,"content":""}],"model":{"vocab":{}}}"#, "added token"),
        (#"{"model":{"type":"WordPiece","vocab":{"a":0}}}"#, "“[UNK]” is not in the vocabulary"),
        (#"{"model":{"vocab":{}},"post_processor":{"type":"BertProcessing","sep":["x"]}}"#, "cls"),
        (
            #"{"model":{"vocab":{}},"pre_tokenizer":{"type":"Metaspace","prepend_scheme":"odd"}}"#,
            "prepend_scheme"
        ),
        (#"{"model":{"vocab":{}},"normalizer":{"type":"\u001b[2J"}}"#, #"\u{1B}[2J"#),
        (
            #"{"model":{"vocab":{"a":0"#,
            "tokenizer.json is not valid JSON: the text ends where a comma or “}” should stand at byte 24."
        ),
    ])
    func aSentenceNamesTheFault(file: String, word: String) {
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: Array(file.utf8)) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "no error")")
    }

    private static let encoderFile = """
        {"added_tokens":[{"id":2,"content":"[CLS]","special":true}],
        "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,
        "lowercase":true},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"BertPreTokenizer"},
        {"type":"Digits","individual_digits":true}]},
        "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel"},
        {"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}]},
        "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
        "max_input_chars_per_word":5,"vocab":{"[UNK]":0,"[CLS]":2,"[SEP]":3,"a":4,"##b":5,"é":6,"e":7,"1":8}}}
        """

    @Test func mutatedFilesOfEncodersNeverTrap() {
        var random = SeededGenerator(seed: 8)
        let seed = Array(Self.encoderFile.utf8)
        var pastSyntax = 0
        var accepted = 0
        for _ in 0..<20_000 {
            do throws(TokenizerError) {
                let tokenizer = try Tokenizer(tokenizerJSON: Self.mutate(seed, &random))
                pastSyntax += 1
                accepted += 1
                let pair = tokenizer.encode(" ab\n[CLS]é漢", pair: "abbbbbb 12")
                #expect(pair.ids.count == pair.types.count && pair.ids.count == pair.isSpecial.count)
                _ = tokenizer.decode(pair.ids + [-1, 7, .max])
            } catch {
                if case .syntax = error { continue }
                pastSyntax += 1
                #expect(error.description.hasSuffix("."))
            }
        }
        #expect(pastSyntax > 10_000, "only \(pastSyntax) inputs came past the syntax check")
        #expect(accepted > 2_000, "only \(accepted) inputs were accepted")
    }

    @Test func anErrorNamesTheFileItIsIn() {
        let good = Array(#"{"model":{"vocab":{"a":0},"merges":[]}}"#.utf8)
        let broken = Array("{".utf8)
        let error = #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: good, configurationJSON: broken)
        }
        #expect(error?.description.hasPrefix("tokenizer_config.json ") == true)
    }

    /// What only says how to generate bars nobody from running.
    @Test func aBrokenGenerationConfigurationIsARemark() throws {
        let good = Array(#"{"model":{"vocab":{"a":0},"merges":[]}}"#.utf8)
        let tokenizer = try Tokenizer(tokenizerJSON: good, generationJSON: Array("{".utf8))
        #expect(tokenizer.remarks.count == 1)
        #expect(tokenizer.remarks.first?.hasPrefix("generation_config.json is not valid JSON") == true)
        let python = #"{"eos_token_id": 0, "temperature": NaN, "top_p": Infinity, "eos_token_id": [0]}"#
        let other = try Tokenizer(tokenizerJSON: good, generationJSON: Array(python.utf8))
        #expect(other.remarks.isEmpty && other.endOfText == [0])
    }

    /// As Python reads it, and the tokenizers library.
    @Test func ofATokenGivenTwiceTheLastNumberCounts() throws {
        let file = #"{"model":{"vocab":{"a":0,"b":1,"a":2},"merges":[]}}"#
        #expect(try Tokenizer(tokenizerJSON: Array(file.utf8)).encode("ab") == [2, 1])
    }

    @Test(arguments: [
        (#"{"eos_token":"b"}"#, #"{"eos_token_id":7}"#, Set([1, 7])),
        (#"{"eos_token":{"content":"b"}}"#, #"{"eos_token_id":[0,2,-1,1e300,"x"]}"#, Set([0, 1, 2])),
        (#"{"eos_token":null}"#, "{}", Set()),
    ])
    func endTokensComeFromAllFiles(configuration: String, generation: String, expected: Set<Int>) throws {
        let tokenizer = try Tokenizer(
            tokenizerJSON: Array(#"{"model":{"vocab":{"a":0,"b":1},"merges":[]}}"#.utf8),
            configurationJSON: Array(configuration.utf8), generationJSON: Array(generation.utf8))
        #expect(tokenizer.endOfText == expected)
    }

    /// A word of a million letters, whose merges cascade, takes n·log n steps: with n² it would not end today.
    @Test func aVeryLongWordIsMerged() throws {
        let file = """
            {"model":{"vocab":{"a":0,"b":1,"ab":2,"abab":3,"ba":4},"merges":["a b","ab ab","b a"]}}
            """
        let tokenizer = try Tokenizer(tokenizerJSON: Array(file.utf8))
        let ids = tokenizer.encode(String(repeating: "ab", count: 500_001))
        #expect(ids.count == 250_001)
        #expect(ids.dropLast().allSatisfy { $0 == 3 } && ids.last == 2)
    }

    @Test func streamingEqualsDecode() throws {
        let fixtures = RepositoryPaths.root.appendingPathComponent("Tests/NibbleTokenizersTests/Fixtures")
        var random = SeededGenerator(seed: 11)
        for name in ["llama3", "spm", "bert", "metaspace"] {
            let file = try Data(contentsOf: fixtures.appendingPathComponent("\(name).json"))
            let tokenizer = try Tokenizer(tokenizerJSON: Array(file))
            for _ in 0..<300 {
                let ids = (0..<12).map { _ in Int.random(in: 0..<tokenizer.vocabularySize, using: &random) }
                var decoder = tokenizer.makeStreamingDecoder()
                var text = ""
                for id in ids { text += decoder.append(id) }
                text += decoder.finish()
                #expect(Array(text.utf8) == Array(tokenizer.decode(ids).utf8), "\(name) \(ids)")
            }
            guard ["llama3", "spm"].contains(name) else { continue }
            #expect(tokenizer.encode("a\u{3000}<extra>") == tokenizer.encode("a<extra>"))
        }
    }

    private struct StoryRecord: Decodable {
        let prompt: String
        let ids: [Int]
        let decoded: String
    }

    private static let stories = RepositoryPaths.optionalModel("stories260K-hf", having: "reference/lm.json")

    @Test(.enabled(if: stories != nil, "stories260K-hf is not on this machine (see CONTRIBUTING.md)"))
    func storiesPromptsAreEqual() throws {
        let folder = try #require(Self.stories)
        let tokenizer = try Tokenizer.load(directory: folder)
        let data = try Data(contentsOf: folder.appendingPathComponent("reference/lm.json"))
        for record in try JSONDecoder().decode([StoryRecord].self, from: data) {
            #expect(tokenizer.encode(record.prompt) == record.ids)
            #expect(tokenizer.decode(record.ids) == record.decoded)
        }
    }
}
