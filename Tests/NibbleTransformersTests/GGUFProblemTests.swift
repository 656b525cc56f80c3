import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// What is wrong with a GGUF file's metadata is said in the file's own words.
@Suite struct GGUFProblemTests {
    /// Why a file cannot run after `change`; nil if it can.
    private static func problem(
        isSentencePiece: Bool = true, _ change: (inout GGUFModel) -> Void
    ) throws -> String? {
        var model = GGUFModel(isSentencePiece: isSentencePiece)
        change(&model)
        return try GGUFModel.withFile(model.file.bytes) { try TransformerModel.open($0).runProblem }
    }

    @Test(arguments: [true, false]) func unchangedFilesRun(isSentencePiece: Bool) throws {
        let bytes = GGUFModel(isSentencePiece: isSentencePiece).file.bytes
        try GGUFModel.withFile(bytes) { url in
            let model = try TransformerModel.open(url)
            #expect(model.runProblem == nil, "\(model.runProblem ?? "")")
            let tokenizer = try #require(model.tokenizer)
            #expect(tokenizer.decode(tokenizer.encode(" ab\né")).hasSuffix("ab\né"))
        }
    }

    @Test(arguments: [
        ("llama.block_count", nil, "llama.block_count is missing"),
        ("llama.block_count", GGUFBuilder.value("two"), "should be a whole number, but it is the text “two”"),
        ("llama.block_count", GGUFBuilder.value(2), "blk.1."),
        ("llama.embedding_length", GGUFBuilder.value(0), "llama.embedding_length is 0"),
        ("llama.feed_forward_length", GGUFBuilder.value(16), "blk.0.ffn_gate.weight has the shape [12, 8]"),
        ("llama.attention.head_count", GGUFModel.value(Int32(-1)), "llama.attention.head_count is -1"),
        ("llama.attention.head_count_kv", GGUFModel.value([Int32(1), 2]), "it is a list"),
        ("llama.attention.head_count_kv", GGUFBuilder.value(3), "llama.attention.head_count_kv 3"),
        ("llama.attention.layer_norm_rms_epsilon", nil, "layer_norm_rms_epsilon is missing"),
        ("llama.attention.layer_norm_rms_epsilon", GGUFModel.value(Float.nan), "must be a number"),
        ("llama.rope.freq_base", GGUFModel.value(Float.infinity), "llama.rope.freq_base must be above 0"),
        ("llama.rope.freq_base", GGUFBuilder.value("x"), "llama.rope.freq_base should be a number"),
        ("llama.rope.dimension_count", GGUFBuilder.value(2), "as llama.rope.dimension_count asks"),
        ("llama.rope.scaling.type", GGUFBuilder.value("yarn"), "“yarn”"),
        ("llama.rope.scaling.type", GGUFBuilder.value("linear"), "llama.rope.scaling.factor is missing"),
        ("llama.vocab_size", GGUFBuilder.value(7), "token_embd.weight has the shape [16, 8]"),
        ("general.architecture", GGUFBuilder.value("mamba"), "mamba"),
        ("general.architecture", GGUFBuilder.value(3), "no architecture"),
        ("tokenizer.ggml.model", nil, "no tokenizer"),
        ("tokenizer.ggml.model", GGUFBuilder.value("t5"), "“t5”"),
        ("tokenizer.ggml.tokens", nil, "no list of tokens"),
        (
            "tokenizer.ggml.tokens", GGUFModel.value([Int32(1), 2]),
            "tokenizer.ggml.tokens is not a list of texts"
        ),
        ("tokenizer.ggml.scores", GGUFModel.value([Float(1)]), "16 tokens, but 1 scores"),
        ("tokenizer.ggml.token_type", GGUFModel.value([Int32(1)]), "16 tokens, but 1 types"),
        ("tokenizer.ggml.bos_token_id", GGUFBuilder.value("1"), "bos_token_id is not a whole number"),
        ("tokenizer.ggml.eos_token_id", GGUFBuilder.value(99), "token 99"),
        ("tokenizer.ggml.add_bos_token", GGUFBuilder.value(1), "add_bos_token is not true or false"),
    ])
    func wrongValuesAreNamed(_ key: String, _ value: [UInt8]?, _ words: String) throws {
        let problem = try #require(try Self.problem { $0.set(key, value) })
        #expect(problem.contains(words), "\(problem)")
        #expect(problem.hasSuffix("."))
    }

    @Test func bytePairsNeedTheirMerges() throws {
        let problem = try Self.problem(isSentencePiece: false) { $0.set("tokenizer.ggml.merges", nil) }
        #expect(problem?.contains("tokenizer.ggml.merges") == true)
    }

    /// Lists may give one number for each layer; where all are the same, it is that number.
    @Test func numbersOfEveryLayerMayBeTheSame() throws {
        #expect(
            try Self.problem { $0.set("llama.attention.head_count_kv", GGUFModel.value([Int32(1)])) } == nil)
    }

    @Test func vocabulariesOfAnotherSizeAreRefused() throws {
        let fewer = try Self.problem {
            $0.set("tokenizer.ggml.tokens", GGUFBuilder.value(Array(GGUFModel.tokens.prefix(9))))
            $0.set("tokenizer.ggml.scores", nil)
            $0.set("tokenizer.ggml.token_type", nil)
        }
        #expect(fewer == "The tokenizer has 9 tokens, but the model's vocabulary 16.")
    }

    /// A block beyond those that the file says it has: without it the file would run as another model.
    @Test func furtherBlocksAreRefused() throws {
        let problem = try Self.problem { $0.file.add("blk.1.attn_norm.weight", [8], type: 0, byteCount: 32) }
        #expect(problem?.contains("blk.1.attn_norm.weight") == true)
    }

    /// The metadata of a file in the words of a `config.json`, by the keys of its architecture.
    @Test func metadataSpeaksTheWordsOfAConfiguration() throws {
        let file = RepositoryPaths.root.appendingPathComponent(
            "Tests/NibbleCheckpointsTests/Fixtures/small.gguf")
        let metadata = try #require(try Checkpoint.open(file).gguf)
        let configuration = GGUFConfiguration.read(
            metadata, architecture: "llama", file: "small.gguf", keys: Llama().keys
        ).file
        #expect(configuration.modelType == "llama")
        #expect(try configuration.integer("hidden_size") == 64)
        #expect(try configuration.integer("intermediate_size") == 96)
        #expect(try configuration.integer("num_hidden_layers") == 1)
        #expect(try configuration.integer("num_key_value_heads") == 2)
        #expect(try configuration.integer("vocab_size") == 5)
        #expect(try configuration.integer("eos_token_id") == 2)
        #expect(try configuration.number("rope_theta") == 10_000)
    }
}
