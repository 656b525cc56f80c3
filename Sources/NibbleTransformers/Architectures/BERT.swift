/// BERT (Devlin and others 2019): an encoder with a norm behind each sum, learned positions and types of tokens; with a head
/// for masked tokens or for classes, with a pooler, or bare.
struct BERT: Architecture {
    let identity = Identity(
        classes: ["BertModel", "BertForMaskedLM", "BertForSequenceClassification"], modelType: "bert",
        continuesText: false)
    let keys = KeyTable(
        harmless: [
            "gradient_checkpointing", "pooler_fc_size", "pooler_num_attention_heads",
            "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "directionality",
            "tie_word_embeddings",
        ])

    var naming: Naming { Naming(huggingFace: Self.table, gguf: nil) }

    private static let table: NameTable = {
        var table = encoderTable.adding([
            "pooler": "pooler.dense", "classifier": "classifier",
            "transform": "cls.predictions.transform.dense",
            "transform_norm": "cls.predictions.transform.LayerNorm",
            "lm_head": "cls.predictions.decoder", "logits": "cls.predictions",
        ])
        table.prefix = "bert."
        table.unprefixed = ["classifier", "transform", "transform_norm", "lm_head", "logits"]
        table.olderEndings = [.weight: "gamma", .bias: "beta"]
        // Heads that the chosen class doesn't use.
        table.harmless = [
            "pooler.dense.weight", "pooler.dense.bias", "cls.seq_relationship.weight",
            "cls.seq_relationship.bias", "cls.predictions.decoder.bias",
        ]
        return table
    }()

    /// What BERT and those after its pattern call the tensors below their heads.
    static let encoderTable: NameTable = {
        let block = "encoder.layer.#."
        return NameTable([
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
            "layers.#.output_norm": block + "output.LayerNorm",
        ])
    }()

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let (encoder, activation) = try Self.encoder(configuration, positionOffset: 0)
        var description = encoder
        let width = description.width
        switch configuration.className {
        case "BertForMaskedLM":
            let norm = Norm(
                .layer, "transform_norm", size: width,
                epsilon: try configuration.epsilon(.layerNormEpsilon, default: 1e-12))
            try Self.addMaskedHead(&description, configuration, activation, norm)
        case "BertForSequenceClassification":
            try description.addClasses(.textClassifier, configuration) { count in
                ClassHead(
                    pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required),
                    classifier: .classifier("classifier", classes: count, columns: width))
            }
        default:
            description.head = ClassHead(
                pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required))
        }
        return description
    }

    /// The encoder below the heads, as its kin have it too, and the function in its blocks.
    ///
    /// - Parameter positionOffset: The row of the first position.
    static func encoder(
        _ configuration: Configuration, positionOffset: Int
    ) throws(TransformerError) -> (TransformerDescription, FeedForward.Activation) {
        let numbers = try DecoderConfiguration(configuration, contextLength: 512)
        let width = numbers.width
        let epsilon = try configuration.epsilon(.layerNormEpsilon, default: 1e-12)
        let activation = try configuration.activation(default: .gelu)
        try configuration.refuseDecoders()
        let types = try configuration.integer("type_vocab_size") ?? 2
        guard (1...65_536).contains(types) else {
            throw configuration.error("type_vocab_size", "\(types) is out of range.")
        }
        guard numbers.contextLength > positionOffset else {
            throw configuration.error(
                .contextLength,
                "\(numbers.contextLength) leaves no position: the first \(positionOffset) stand for padding.")
        }
        var input = TokenInput(
            Matrix("embed_tokens", .embedding, rows: numbers.vocabularySize, columns: width),
            positions: Parameter("embed_positions", shape: [numbers.contextLength, width]),
            tokenTypes: Parameter("embed_types", shape: [types, width]),
            norm: Norm(.layer, "embed_norm", size: width, epsilon: epsilon))
        input.positionOffset = positionOffset
        let sizes = EncoderBlocks.Sizes(
            width: width, inner: numbers.inner, heads: numbers.heads, activation: activation,
            epsilon: epsilon)
        let blocks = (0..<numbers.blockCount).map { EncoderBlocks.normAfter("layers.\($0)", sizes) }
        return (
            TransformerDescription(
                kind: .textEmbedder, input: input, stacks: [Stack(blocks)], width: width,
                contextLength: numbers.contextLength - positionOffset,
                vocabularySize: numbers.vocabularySize), activation
        )
    }

    /// Adds the head that predicts masked tokens, its last matrix tied to the embedding unless told otherwise.
    static func addMaskedHead(
        _ description: inout TransformerDescription, _ configuration: Configuration,
        _ activation: FeedForward.Activation, _ norm: Norm
    ) throws(TransformerError) {
        guard let input = description.input as? TokenInput else { return }
        let (width, embedding) = (description.width, input.embedding)
        let isTied = try configuration.isHeadTied(default: true)
        let decoder = Matrix("lm_head", .head, rows: embedding.shape.rows, columns: width)
        description.kind = .maskedLanguageModel
        description.head = MaskedHead(
            transform: Matrix("transform", .pooler, rows: width, columns: width, bias: .required),
            activation: activation, norm: norm, decoder: decoder,
            bias: Parameter("logits", ending: .bias, shape: [embedding.shape.rows]))
        if isTied { description.ties = [decoder.path: embedding.path] }
    }
}
