/// DistilBERT (Sanh and others 2019): BERT's encoder of half the depth, without types of tokens and without a pooler.
struct DistilBERT: Architecture {
    let identity = Identity(
        classes: ["DistilBertModel", "DistilBertForMaskedLM", "DistilBertForSequenceClassification"],
        modelType: "distilbert", continuesText: false)
    let keys = KeyTable(
        huggingFace: [
            .hiddenSize: "dim", .intermediateSize: "hidden_dim", .blockCount: "n_layers",
            .headCount: "n_heads", .activation: "activation",
        ],
        harmless: [
            "qa_dropout", "seq_classif_dropout", "sinusoidal_pos_embds", "output_past", "dropout",
            "tie_word_embeddings",
        ])

    var naming: Naming {
        let block = "transformer.layer.#."
        var table = NameTable([
            "embed_tokens": "embeddings.word_embeddings",
            "embed_positions": "embeddings.position_embeddings", "embed_norm": "embeddings.LayerNorm",
            "layers.#.attn.q_proj": block + "attention.q_lin",
            "layers.#.attn.k_proj": block + "attention.k_lin",
            "layers.#.attn.v_proj": block + "attention.v_lin",
            "layers.#.attn.o_proj": block + "attention.out_lin",
            "layers.#.attention_norm": block + "sa_layer_norm",
            "layers.#.mlp.up_proj": block + "ffn.lin1", "layers.#.mlp.down_proj": block + "ffn.lin2",
            "layers.#.output_norm": block + "output_layer_norm", "pooler": "pre_classifier",
            "classifier": "classifier", "transform": "vocab_transform",
            "transform_norm": "vocab_layer_norm", "lm_head": "vocab_projector", "logits": "vocab_projector",
        ])
        table.prefix = "distilbert."
        table.unprefixed = ["pooler", "classifier", "transform", "transform_norm", "lm_head", "logits"]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let numbers = try DecoderConfiguration(configuration, contextLength: 512)
        let width = numbers.width
        // The library's constant: the configuration has no key for it.
        let epsilon: Float = 1e-12
        let activation = try configuration.activation(default: .gelu)
        let input = TokenInput(
            Matrix("embed_tokens", .embedding, rows: numbers.vocabularySize, columns: width),
            positions: Parameter("embed_positions", shape: [numbers.contextLength, width]),
            norm: Norm(.layer, "embed_norm", size: width, epsilon: epsilon))
        let sizes = EncoderBlocks.Sizes(
            width: width, inner: numbers.inner, heads: numbers.heads, activation: activation,
            epsilon: epsilon)
        let blocks = (0..<numbers.blockCount).map { EncoderBlocks.normAfter("layers.\($0)", sizes) }
        var description = TransformerDescription(
            kind: .textEmbedder, input: input, stacks: [Stack(blocks)], width: width,
            contextLength: numbers.contextLength, vocabularySize: numbers.vocabularySize)
        switch configuration.className {
        case "DistilBertForMaskedLM":
            let norm = Norm(.layer, "transform_norm", size: width, epsilon: epsilon)
            try BERT.addMaskedHead(&description, configuration, activation, norm)
        case "DistilBertForSequenceClassification":
            try description.addClasses(.textClassifier, configuration) { count in
                ClassHead(
                    pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required),
                    activation: .relu,
                    classifier: .classifier("classifier", classes: count, columns: width))
            }
        default: break
        }
        return description
    }
}
