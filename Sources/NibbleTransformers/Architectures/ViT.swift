/// The vision transformer (Dosovitskiy and others 2021): patches of an image and a class token through an encoder with the norm
/// before both parts; the class token's last state gives the class.
struct ViT: Architecture {
    let identity = Identity(classes: ["ViTForImageClassification"], modelType: "vit", continuesText: false)
    let keys = KeyTable(harmless: ["encoder_stride", "pooler_act", "pooler_output_size"])

    var naming: Naming {
        let block = "encoder.layer.#."
        var table = NameTable([
            "patch_embedding": "embeddings.patch_embeddings.projection",
            "class_token": "embeddings.cls_token", "embed_positions": "embeddings.position_embeddings",
            "layers.#.input_layernorm": block + "layernorm_before",
            "layers.#.attn.q_proj": block + "attention.attention.query",
            "layers.#.attn.k_proj": block + "attention.attention.key",
            "layers.#.attn.v_proj": block + "attention.attention.value",
            "layers.#.attn.o_proj": block + "attention.output.dense",
            "layers.#.post_attention_layernorm": block + "layernorm_after",
            "layers.#.mlp.up_proj": block + "intermediate.dense",
            "layers.#.mlp.down_proj": block + "output.dense", "norm": "layernorm",
            "classifier": "classifier",
        ])
        table.prefix = "vit."
        table.unprefixed = ["classifier"]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let width = try configuration.integer(.hiddenSize, in: 1...(1 << 24))
        let inner = try configuration.integer(.intermediateSize, in: 1...(1 << 24))
        let blockCount = try configuration.integer(.blockCount, in: 1...10_000)
        let heads = try DecoderConfiguration.heads(configuration, width: width)
        let epsilon = try configuration.epsilon(.layerNormEpsilon, default: 1e-12)
        let activation = try configuration.activation(default: .gelu)
        let bias = try configuration.presence("qkv_bias", default: true)
        let input = try patches(configuration, width: width)
        func norm(_ name: String) -> Norm { Norm(.layer, name, size: width, epsilon: epsilon) }
        let blocks = (0..<blockCount).map { index in
            let path = "layers.\(index)"
            return Block([
                Residual(
                    norm(path + ".input_layernorm"),
                    Attention(
                        path + ".attn", width: width, heads: heads, mask: .bidirectional, bias: bias,
                        outputBias: .required)),
                Residual(
                    norm(path + ".post_attention_layernorm"),
                    FeedForward(
                        path + ".mlp", width: width, inner: inner, activation: activation, isGated: false,
                        bias: .required)),
            ])
        }
        let classes = configuration["id2label"]?.object?.count ?? 2
        return TransformerDescription(
            kind: .imageClassifier, input: input, stacks: [Stack(blocks, finalNorm: norm("norm"))],
            head: ClassHead(
                classifier: Matrix("classifier", .head, rows: classes, columns: width, bias: .required)),
            width: width, contextLength: input.positionCount)
    }

    private func patches(
        _ configuration: Configuration, width: Int
    ) throws(TransformerError) -> PatchInput {
        let imageSize = try configuration.integer("image_size", in: 1...(1 << 14))
        let patchSize = try configuration.integer("patch_size", in: 1...imageSize)
        return PatchInput(
            width: width, imageSize: imageSize, patchSize: patchSize,
            channelCount: try configuration.integer("num_channels", in: 1...4096),
            projection: "patch_embedding", classToken: "class_token", positions: "embed_positions")
    }
}
