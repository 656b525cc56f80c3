import Foundation
import NibbleTestSupport

/// A Llama of one block as a GGUF file, its weights zero, so that a test can make any part wrong.
struct GGUFModel {
    var file = GGUFBuilder()

    static let tokens = [
        "<unk>", "<s>", "</s>", "<0x0A>", "<0xC3>", "<0xA9>", "▁", "a", "b", "c", "ab", "▁a", "bc", "▁ab",
        "d", "e",
    ]
    static let pairTokens = [
        "<|begin|>", "<|end|>", "a", "b", "c", "d", "e", "Ġ", "Ċ", "Ã", "©", "ab", "Ġa", "Ġab", "1", "2",
    ]

    /// - Parameter isSentencePiece: Which of the two kinds of tokenizer the file has.
    init(isSentencePiece: Bool) {
        let tokens = isSentencePiece ? Self.tokens : Self.pairTokens
        set("general.architecture", GGUFBuilder.value("llama"))
        for (key, number) in [
            ("vocab_size", tokens.count), ("context_length", 64), ("embedding_length", 8), ("block_count", 1),
            ("feed_forward_length", 12), ("rope.dimension_count", 4), ("attention.head_count", 2),
            ("attention.head_count_kv", 1),
        ] {
            set("llama." + key, GGUFBuilder.value(UInt32(number)))
        }
        set("llama.attention.layer_norm_rms_epsilon", Self.value(1e-5 as Float))
        set("llama.rope.freq_base", Self.value(10_000 as Float))
        set("tokenizer.ggml.model", GGUFBuilder.value(isSentencePiece ? "llama" : "gpt2"))
        set("tokenizer.ggml.pre", GGUFBuilder.value(isSentencePiece ? "default" : "gpt-2"))
        set("tokenizer.ggml.tokens", GGUFBuilder.value(tokens))
        set("tokenizer.ggml.scores", Self.value(tokens.indices.map { -Float($0) }))
        let types: [Int32] = isSentencePiece ? [2, 3, 3, 6, 6, 6] : [3, 3]
        set(
            "tokenizer.ggml.token_type",
            Self.value(types + [Int32](repeating: 1, count: tokens.count - types.count)))
        if !isSentencePiece { set("tokenizer.ggml.merges", GGUFBuilder.value(["a b", "Ġ a", "Ġ ab"])) }
        set("tokenizer.ggml.bos_token_id", GGUFBuilder.value(UInt32(isSentencePiece ? 1 : 0)))
        set("tokenizer.ggml.eos_token_id", GGUFBuilder.value(UInt32(isSentencePiece ? 2 : 1)))
        set("tokenizer.ggml.add_bos_token", Self.value(true))
        addTensors(vocabulary: tokens.count)
    }

    private mutating func addTensors(vocabulary: Int) {
        let shapes: [(String, [UInt64])] = [
            ("token_embd.weight", [8, UInt64(vocabulary)]), ("blk.0.attn_norm.weight", [8]),
            ("blk.0.attn_q.weight", [8, 8]), ("blk.0.attn_k.weight", [8, 4]),
            ("blk.0.attn_v.weight", [8, 4]),
            ("blk.0.attn_output.weight", [8, 8]), ("blk.0.ffn_norm.weight", [8]),
            ("blk.0.ffn_gate.weight", [8, 12]), ("blk.0.ffn_up.weight", [8, 12]),
            ("blk.0.ffn_down.weight", [12, 8]), ("output_norm.weight", [8]),
        ]
        for (name, lengths) in shapes {
            file.add(name, lengths, type: 0, byteCount: Int(lengths.reduce(4, *)))
        }
    }

    /// Gives a key another value (type and bytes); nil takes the key out.
    mutating func set(_ key: String, _ value: [UInt8]?) {
        let bytes = Array(key.utf8)
        let place = file.pairs.firstIndex { $0.key == bytes }
        switch (place, value) {
        case (let place?, let value?): file.pairs[place].value = value
        case (let place?, nil): file.pairs.remove(at: place)
        case (nil, let value?): file.pairs.append((bytes, value))
        case (nil, nil): break
        }
    }

    static func value(_ number: Float) -> [UInt8] {
        GGUFBuilder.number(UInt32(6)) + GGUFBuilder.number(number.bitPattern)
    }

    static func value(_ number: Int32) -> [UInt8] {
        GGUFBuilder.number(UInt32(5)) + GGUFBuilder.number(number)
    }

    static func value(_ truth: Bool) -> [UInt8] { GGUFBuilder.number(UInt32(7)) + [truth ? 1 : 0] }

    static func value(_ numbers: [Float]) -> [UInt8] {
        list(6, numbers.count) + numbers.flatMap { GGUFBuilder.number($0.bitPattern) }
    }

    static func value(_ numbers: [Int32]) -> [UInt8] {
        list(5, numbers.count) + numbers.flatMap { GGUFBuilder.number($0) }
    }

    private static func list(_ type: UInt32, _ count: Int) -> [UInt8] {
        GGUFBuilder.number(UInt32(9)) + GGUFBuilder.number(type) + GGUFBuilder.number(UInt64(count))
    }

    /// Opens the file as a model would be.
    static func withFile<Result>(_ bytes: [UInt8], _ body: (URL) throws -> Result) throws -> Result {
        try TemporaryFolder.with("gguf") { folder in
            let url = folder.appendingPathComponent("model.gguf")
            try Data(bytes).write(to: url)
            return try body(url)
        }
    }
}
