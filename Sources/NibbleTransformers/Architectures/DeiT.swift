/// DeiT (Touvron and others 2021): a vision transformer with a second token, which learned from a teacher; a distilled model
/// gives the mean of the classes of both.
struct DeiT: Architecture {
    let identity = Identity(
        classes: [
            "DeiTForImageClassification", "DeiTForImageClassificationWithTeacher", "DeiTModel",
        ], modelType: "deit", continuesText: false)
    let keys = ViT().keys

    var naming: Naming {
        var table = ViT.encoderTable.adding([
            "distillation_token": "embeddings.distillation_token", "pooler": "pooler.dense",
            "classifier": "classifier", "class_classifier": "cls_classifier",
            "distilled_classifier": "distillation_classifier",
        ])
        table.prefix = "deit."
        table.unprefixed = ["classifier", "class_classifier", "distilled_classifier"]
        table.harmless = ["pooler.dense.weight", "pooler.dense.bias", "embeddings.mask_token"]
        return Naming(huggingFace: table, gguf: nil)
    }

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        var description = try ViT.encoder(
            configuration, leadingTokens: ["class_token", "distillation_token"])
        let width = description.width
        switch configuration.className {
        case "DeiTForImageClassification":
            try description.addClasses(.imageClassifier, configuration) { count in
                ClassHead(classifier: .classifier("classifier", classes: count, columns: width))
            }
        case "DeiTForImageClassificationWithTeacher":
            try description.addClasses(.imageClassifier, configuration) { count in
                ClassHead(
                    classifier: .classifier("class_classifier", classes: count, columns: width),
                    distilled: .classifier("distilled_classifier", classes: count, columns: width))
            }
        default:
            description.head = ClassHead(
                pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required))
        }
        return description
    }
}
