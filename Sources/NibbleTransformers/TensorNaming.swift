/// What a kind of file calls the tensors of a Llama, and how it orders the rows of query and key projections.
public struct TensorNaming: Sendable {
    /// Names of Hugging Face's files.
    public static let huggingFace = TensorNaming(
        pairing: .halves, block: "model.layers.",
        names: [
            "embed_tokens": "model.embed_tokens", "norm": "model.norm", "lm_head": "lm_head",
            "attn.q_proj": "self_attn.q_proj", "attn.k_proj": "self_attn.k_proj",
            "attn.v_proj": "self_attn.v_proj", "attn.o_proj": "self_attn.o_proj",
        ])

    /// Names of GGUF files (`gguf-py/gguf/constants.py` of llama.cpp).
    public static let gguf = TensorNaming(
        pairing: .neighbours, block: "blk.",
        names: [
            "embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output",
            "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
            "attn.q_proj": "attn_q", "attn.k_proj": "attn_k", "attn.v_proj": "attn_v",
            "attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
            "mlp.down_proj": "ffn_down",
        ])

    /// The tensor of a GGUF file that divides the frequencies of positions.
    public static let frequencyDivisors = "rope_freqs.weight"

    /// Which numbers of a head turn together.
    public let pairing: RotaryEmbedding.Pairing
    private let block: String
    private let names: [String: String]

    /// The file's name, without `.weight` or `.bias`, of what nibble calls `canonical`, such as `layers.7.attn.q_proj`.
    public func name(of canonical: String) -> String {
        let parts = canonical.split(separator: ".", maxSplits: 2)
        guard parts.count == 3, parts[0] == "layers" else { return names[canonical] ?? canonical }
        let inner = String(parts[2])
        return "\(block)\(parts[1]).\(names[inner] ?? inner)"
    }
}
