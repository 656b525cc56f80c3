/// XLM-RoBERTa (Conneau and others 2020): RoBERTa with another vocabulary.
struct XLMRoBERTa: Architecture {
    let identity = Identity(
        classes: ["XLMRobertaModel", "XLMRobertaForMaskedLM", "XLMRobertaForSequenceClassification"],
        modelType: "xlm-roberta", continuesText: false)
    let keys = RoBERTa().keys
    let naming = RoBERTa().naming

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try RoBERTa().describe(configuration)
    }
}
