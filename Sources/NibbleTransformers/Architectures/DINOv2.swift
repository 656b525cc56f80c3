/// DINOv2 (Oquab and others 2023): a vision transformer trained without labels, with a learned factor for each channel before
/// each sum; a head for classes reads the class token beside the mean of the patches.
struct DINOv2: Architecture {
    let identity = Identity(
        classes: ["Dinov2Model", "Dinov2ForImageClassification"], modelType: "dinov2", continuesText: false)
    let keys = KeyTable(
        harmless: [
            "apply_layernorm", "drop_path_rate", "layerscale_value", "out_features", "out_indices",
            "reshape_hidden_states", "stage_names", "use_mask_token",
        ])

    var naming: Naming {
        let block = "encoder.layer.#."
        var table = ViT.encoderTable.adding([
            "layers.#.input_layernorm": block + "norm1", "layers.#.post_attention_layernorm": block + "norm2",
            "layers.#.attention_scale": block + "layer_scale1.lambda1",
            "layers.#.output_scale": block + "layer_scale2.lambda1",
            "layers.#.mlp.up_proj": block + "mlp.fc1", "layers.#.mlp.down_proj": block + "mlp.fc2",
            "classifier": "classifier",
        ])
        table.prefix = "dinov2."
        table.unprefixed = ["classifier"]
        table.harmless = ["embeddings.mask_token"]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        if try configuration.boolean("use_swiglu_ffn") ?? false {
            throw configuration.error("use_swiglu_ffn", "is true, which nibble cannot run.")
        }
        let ratio = try configuration.integer("mlp_ratio") ?? 4
        guard (1...64).contains(ratio) else {
            throw configuration.error("mlp_ratio", "\(ratio) is out of range.")
        }
        var description = try ViT.encoder(
            configuration, leadingTokens: ["class_token"], innerRatio: ratio, isScaled: true,
            readsOtherSizes: true)
        guard configuration.className == "Dinov2ForImageClassification" else {
            description.head = ClassHead()
            return description
        }
        let width = description.width
        try description.addClasses(.imageClassifier, configuration) { count in
            ClassHead(
                .firstAndMean,
                classifier: .classifier("classifier", classes: count, columns: 2 * width))
        }
        return description
    }
}
