/// RoBERTa (Liu and others 2019): BERT's encoder with positions that are counted from behind the padding token, and heads of
/// its own.
struct RoBERTa: Architecture {
    let identity = Identity(
        classes: ["RobertaModel", "RobertaForMaskedLM", "RobertaForSequenceClassification"],
        modelType: "roberta", continuesText: false)
    let keys = KeyTable(harmless: ["gradient_checkpointing", "output_past", "tie_word_embeddings"])

    var naming: Naming {
        var table = BERT.encoderTable.adding([
            "pooler": "pooler.dense", "class_pooler": "classifier.dense", "classifier": "classifier.out_proj",
            "transform": "lm_head.dense", "transform_norm": "lm_head.layer_norm",
            "lm_head": "lm_head.decoder", "logits": "lm_head",
        ])
        table.prefix = "roberta."
        table.unprefixed = ["class_pooler", "classifier", "transform", "transform_norm", "lm_head", "logits"]
        table.harmless = [
            "pooler.dense.weight", "pooler.dense.bias", "lm_head.decoder.bias", "embeddings.position_ids",
        ]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        let padding = try configuration.integer("pad_token_id") ?? 1
        guard (0..<65_536).contains(padding) else {
            throw configuration.error("pad_token_id", "\(padding) is out of range.")
        }
        var (description, _) = try BERT.encoder(configuration, positionOffset: padding + 1)
        let width = description.width
        func square(_ name: String) -> Matrix {
            Matrix(name, .pooler, rows: width, columns: width, bias: .required)
        }
        let name = configuration.className ?? ""
        if name.hasSuffix("ForMaskedLM") {
            let norm = Norm(
                .layer, "transform_norm", size: width,
                epsilon: try configuration.epsilon(.layerNormEpsilon, default: 1e-12))
            // The head's function is GELU, whatever the blocks have.
            try BERT.addMaskedHead(&description, configuration, .gelu, norm)
        } else if name.hasSuffix("ForSequenceClassification") {
            try description.addClasses(.textClassifier, configuration) { count in
                ClassHead(
                    pooler: square("class_pooler"),
                    classifier: .classifier("classifier", classes: count, columns: width))
            }
        } else {
            description.head = ClassHead(pooler: square("pooler"))
        }
        return description
    }
}
