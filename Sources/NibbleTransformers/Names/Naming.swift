/// What the kinds of files call an architecture's tensors.
public struct Naming: Sendable {
    /// Names in files of Hugging Face.
    public var huggingFace: NameTable
    /// Names in GGUF files (`gguf-py/gguf/constants.py` and `tensor_mapping.py` of llama.cpp); nil where there are none.
    public var gguf: NameTable?

    /// Names for one or both kinds.
    public init(huggingFace: NameTable, gguf: NameTable?) {
        self.huggingFace = huggingFace
        self.gguf = gguf
    }

    /// The names that most decoders have.
    ///
    /// - Parameter pairing: Which numbers of a head turn together in GGUF files of this architecture.
    public static func decoder(ggufPairing pairing: RotaryEmbedding.Pairing = .halves) -> Naming {
        var huggingFace = NameTable([
            "embed_tokens": "embed_tokens", "norm": "norm", "lm_head": "lm_head",
            "layers.#.input_layernorm": "layers.#.input_layernorm",
            "layers.#.post_attention_layernorm": "layers.#.post_attention_layernorm",
            "layers.#.attn.q_proj": "layers.#.self_attn.q_proj",
            "layers.#.attn.k_proj": "layers.#.self_attn.k_proj",
            "layers.#.attn.v_proj": "layers.#.self_attn.v_proj",
            "layers.#.attn.o_proj": "layers.#.self_attn.o_proj",
        ])
        huggingFace.prefix = "model."
        huggingFace.unprefixed = ["lm_head"]
        var gguf = NameTable([
            "embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output",
            "layers.#.input_layernorm": "blk.#.attn_norm",
            "layers.#.post_attention_layernorm": "blk.#.ffn_norm",
            "layers.#.attn.q_proj": "blk.#.attn_q", "layers.#.attn.k_proj": "blk.#.attn_k",
            "layers.#.attn.v_proj": "blk.#.attn_v", "layers.#.attn.o_proj": "blk.#.attn_output",
            "layers.#.mlp.gate_proj": "blk.#.ffn_gate", "layers.#.mlp.up_proj": "blk.#.ffn_up",
            "layers.#.mlp.down_proj": "blk.#.ffn_down",
        ])
        gguf.pairing = pairing
        return Naming(huggingFace: huggingFace, gguf: gguf)
    }

    /// The names with some added or changed on each side.
    public func adding(huggingFace: [String: String] = [:], gguf: [String: String] = [:]) -> Naming {
        Naming(
            huggingFace: self.huggingFace.adding(huggingFace), gguf: self.gguf?.adding(gguf))
    }
}
