/// Qwen 3 (Yang and others 2025): Llama with norms of each head's queries and keys.
struct Qwen3: Architecture {
    let identity = Identity(classes: ["Qwen3ForCausalLM"], modelType: "qwen3", gguf: "qwen3")
    let naming = Naming.decoder().adding(
        huggingFace: [
            "layers.#.attn.q_norm": "layers.#.self_attn.q_norm",
            "layers.#.attn.k_norm": "layers.#.self_attn.k_norm",
        ],
        gguf: [
            "layers.#.attn.q_norm": "blk.#.attn_q_norm", "layers.#.attn.k_norm": "blk.#.attn_k_norm",
        ])
    let keys = KeyTable.decoder.adding(harmless: ["max_window_layers", "layer_types"])

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try configuration.llamaLike(
            attentionBias: configuration.presence(.attentionBias), mask: configuration.optionalWindowMask(),
            pairing: naming.pairing(configuration),
            attention: { attention, path, epsilon in
                let size = attention.headSize
                attention.queryNorm = Norm(.rms, path + ".q_norm", size: size, epsilon: epsilon)
                attention.keyNorm = Norm(.rms, path + ".k_norm", size: size, epsilon: epsilon)
            })
    }
}
