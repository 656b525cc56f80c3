/// GPT-2 (Radford and others 2019): LayerNorm before both parts, learned positions, a plain feed-forward part, query, key and
/// value in one tensor, and a row for each input channel.
struct GPT2: Architecture {
    let identity = Identity(classes: ["GPT2LMHeadModel"], modelType: "gpt2", gguf: "gpt2")
    let keys = KeyTable.decoder.adding(
        huggingFace: [
            .hiddenSize: "n_embd", .intermediateSize: "n_inner", .blockCount: "n_layer", .headCount: "n_head",
            .contextLength: "n_positions", .layerNormEpsilon: "layer_norm_epsilon",
            .activation: "activation_function",
        ],
        gguf: [.layerNormEpsilon: "attention.layer_norm_epsilon"],
        harmless: [
            "n_ctx", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type",
            "summary_use_proj", "reorder_and_upcast_attn",
        ])

    var naming: Naming {
        let projections = ["q", "k", "v"].map { "layers.#.attn.\($0)_proj" }
        var huggingFace = NameTable([
            "embed_tokens": "wte", "embed_positions": "wpe", "norm": "ln_f", "lm_head": "lm_head",
            "layers.#.input_layernorm": "h.#.ln_1", "layers.#.post_attention_layernorm": "h.#.ln_2",
            "layers.#.attn.o_proj": "h.#.attn.c_proj", "layers.#.mlp.up_proj": "h.#.mlp.c_fc",
            "layers.#.mlp.down_proj": "h.#.mlp.c_proj",
        ])
        huggingFace.joined = [.init("h.#.attn.c_attn", projections)]
        huggingFace.transposed = Set(
            projections + ["layers.#.attn.o_proj", "layers.#.mlp.up_proj", "layers.#.mlp.down_proj"])
        huggingFace.prefix = "transformer."
        huggingFace.unprefixed = ["lm_head"]
        // The causal mask, which older files store.
        huggingFace.harmless = ["h.#.attn.bias"]
        var naming = Naming.decoder().adding(gguf: ["embed_positions": "position_embd"])
        naming.gguf?.joined = [.init("blk.#.attn_qkv", projections)]
        naming.huggingFace = huggingFace
        return naming
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try refuseVariants(configuration)
        let decoder = try DecoderConfiguration(configuration, contextLength: 1024, inner: { 4 * $0 })
        let epsilon = try configuration.epsilon(.layerNormEpsilon, default: 1e-5)
        let activation = try configuration.activation(default: .geluTanh)
        let positions = Parameter("embed_positions", shape: [decoder.contextLength, decoder.width])
        func norm(_ name: String) -> Norm { Norm(.layer, name, size: decoder.width, epsilon: epsilon) }
        return decoder.description(
            isHeadTied: try configuration.isHeadTied(default: true), positions: positions,
            finalNorm: norm("norm")
        ) { path in
            Block([
                Residual(
                    norm(path + ".input_layernorm"),
                    Attention(
                        path + ".attn", width: decoder.width, heads: decoder.heads, bias: .required)),
                Residual(
                    norm(path + ".post_attention_layernorm"),
                    FeedForward(
                        path + ".mlp", width: decoder.width, inner: decoder.inner, activation: activation,
                        isGated: false, bias: .required)),
            ])
        }
    }

    private func refuseVariants(_ configuration: Configuration) throws(TransformerError) {
        let usual: [(key: ConfigurationKey, value: Bool)] = [
            ("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false),
            ("add_cross_attention", false),
        ]
        for (key, value) in usual {
            guard let found = try configuration.boolean(key), found != value else { continue }
            throw configuration.error(key, "is \(found), which nibble cannot run.")
        }
    }
}
