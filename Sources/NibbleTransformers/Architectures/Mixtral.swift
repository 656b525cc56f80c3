/// Mixtral (Jiang and others 2024): Mistral with experts in the place of the feed-forward part.
struct Mixtral: Architecture {
    let identity = Identity(
        classes: ["MixtralForCausalLM"], modelType: "mixtral", gguf: "llama", ggufNeedsExperts: true)
    let keys = KeyTable.decoder

    var naming: Naming {
        var naming = Naming.decoder(ggufPairing: .neighbours).adding(
            huggingFace: [
                "layers.#.mlp.router": "layers.#.block_sparse_moe.gate",
                "layers.#.mlp.experts.#.gate_proj": "layers.#.block_sparse_moe.experts.#.w1",
                "layers.#.mlp.experts.#.down_proj": "layers.#.block_sparse_moe.experts.#.w2",
                "layers.#.mlp.experts.#.up_proj": "layers.#.block_sparse_moe.experts.#.w3",
            ],
            gguf: ["layers.#.mlp.router": "blk.#.ffn_gate_inp"])
        naming.gguf?.stacked = [
            "layers.#.mlp.experts.#.gate_proj": "blk.#.ffn_gate_exps",
            "layers.#.mlp.experts.#.up_proj": "blk.#.ffn_up_exps",
            "layers.#.mlp.experts.#.down_proj": "blk.#.ffn_down_exps",
        ]
        return naming
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let (count, chosen) = try configuration.experts()
        let activation = try configuration.activation(default: .silu)
        return try configuration.llamaLike(
            mask: configuration.windowMask(), pairing: naming.pairing(configuration), epsilon: 1e-5,
            feedForward: { path, decoder in
                Experts(
                    path, width: decoder.width, inner: decoder.inner, count: count, chosenCount: chosen,
                    activation: activation)
            })
    }
}
