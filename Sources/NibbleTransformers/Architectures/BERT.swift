/// BERT (Devlin and others 2019): an encoder with a norm behind each sum, learned positions and types of tokens; with a head
/// for masked tokens, with a pooler, or bare.
struct BERT: Architecture {
    let identity = Identity(
        classes: ["BertModel", "BertForMaskedLM"], modelType: "bert", continuesText: false)
    let keys = KeyTable(
        harmless: [
            "gradient_checkpointing", "pooler_fc_size", "pooler_num_attention_heads",
            "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "directionality",
        ])

    var naming: Naming {
        let block = "encoder.layer.#."
        var table = NameTable([
            "embed_tokens": "embeddings.word_embeddings",
            "embed_positions": "embeddings.position_embeddings",
            "embed_types": "embeddings.token_type_embeddings", "embed_norm": "embeddings.LayerNorm",
            "layers.#.attn.q_proj": block + "attention.self.query",
            "layers.#.attn.k_proj": block + "attention.self.key",
            "layers.#.attn.v_proj": block + "attention.self.value",
            "layers.#.attn.o_proj": block + "attention.output.dense",
            "layers.#.attention_norm": block + "attention.output.LayerNorm",
            "layers.#.mlp.up_proj": block + "intermediate.dense",
            "layers.#.mlp.down_proj": block + "output.dense",
            "layers.#.output_norm": block + "output.LayerNorm", "pooler": "pooler.dense",
            "transform": "cls.predictions.transform.dense",
            "transform_norm": "cls.predictions.transform.LayerNorm",
            "lm_head": "cls.predictions.decoder", "logits": "cls.predictions",
        ])
        table.prefix = "bert."
        table.unprefixed = ["transform", "transform_norm", "lm_head", "logits"]
        table.olderEndings = [.weight: "gamma", .bias: "beta"]
        // Heads that the chosen class doesn't use.
        table.harmless = [
            "pooler.dense.weight", "pooler.dense.bias", "cls.seq_relationship.weight",
            "cls.seq_relationship.bias", "cls.predictions.decoder.bias",
        ]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let decoder = try DecoderConfiguration(configuration, contextLength: 512)
        let width = decoder.width
        let epsilon = try configuration.epsilon(.layerNormEpsilon, default: 1e-12)
        let activation = try configuration.activation(default: .gelu)
        try refuseVariants(configuration)
        func norm(_ name: String) -> Norm { Norm(.layer, name, size: width, epsilon: epsilon) }
        let types = try configuration.integer("type_vocab_size") ?? 2
        guard (1...65_536).contains(types) else {
            throw configuration.error("type_vocab_size", "\(types) is out of range.")
        }
        let embedding = Matrix("embed_tokens", .embedding, rows: decoder.vocabularySize, columns: width)
        let input = TokenInput(
            embedding, positions: Parameter("embed_positions", shape: [decoder.contextLength, width]),
            tokenTypes: Parameter("embed_types", shape: [types, width]), norm: norm("embed_norm"))
        let blocks = (0..<decoder.blockCount).map { index in
            let path = "layers.\(index)"
            return Block([
                Residual(
                    nil,
                    Attention(
                        path + ".attn", width: width, heads: decoder.heads, mask: .bidirectional,
                        bias: .required), normAfterSum: norm(path + ".attention_norm")),
                Residual(
                    nil,
                    FeedForward(
                        path + ".mlp", width: width, inner: decoder.inner, activation: activation,
                        isGated: false, bias: .required), normAfterSum: norm(path + ".output_norm")),
            ])
        }
        var description = TransformerDescription(
            kind: .textEmbedder, input: input, stacks: [Stack(blocks)], width: width,
            contextLength: decoder.contextLength, vocabularySize: decoder.vocabularySize)
        try addHead(&description, configuration, embedding, activation, norm("transform_norm"))
        return description
    }

    private func addHead(
        _ description: inout TransformerDescription, _ configuration: Configuration, _ embedding: Matrix,
        _ activation: FeedForward.Activation, _ norm: Norm
    ) throws(TransformerError) {
        let width = description.width
        let isTied = try configuration.isHeadTied(default: true)
        guard configuration.className == "BertForMaskedLM" else {
            description.head = ClassHead(
                pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required))
            return
        }
        let decoder = Matrix("lm_head", .head, rows: embedding.shape.rows, columns: width)
        description.kind = .maskedLanguageModel
        description.head = MaskedHead(
            transform: Matrix("transform", .pooler, rows: width, columns: width, bias: .required),
            activation: activation, norm: norm, decoder: decoder,
            bias: Parameter("logits", ending: .bias, shape: [embedding.shape.rows]))
        if isTied { description.ties = [decoder.path: embedding.path] }
    }

    private func refuseVariants(_ configuration: Configuration) throws(TransformerError) {
        if let kind = try configuration.string("position_embedding_type"), kind != "absolute" {
            throw configuration.error(
                "nibble does not know the position_embedding_type “\(kind)”; it knows absolute.")
        }
        for key: ConfigurationKey in ["is_decoder", "add_cross_attention"] {
            guard try configuration.boolean(key) ?? false else { continue }
            throw configuration.error(key, "is true, which nibble cannot run.")
        }
    }
}
