import NibbleJSON

/// RoBERTa's order: `<s> A </s>`, and for pairs `<s> A </s></s> B </s>`; it knows no types.
///
/// Source: Liu and others, “RoBERTa: A Robustly Optimized BERT Pretraining Approach”, 2019, and its tokenizer.
struct RobertaPostProcessor: PostProcessor {
    static let types = ["RobertaProcessing"]

    private let classification: Int
    private let separator: Int

    init(_ json: JSONValue) throws(TokenizerError) {
        classification = try BertPostProcessor.token(json["cls"], "cls")
        separator = try BertPostProcessor.token(json["sep"], "sep")
    }

    func process(_ texts: [Encoding], addsSpecialTokens: Bool) -> [Encoding] {
        guard addsSpecialTokens else { return texts.map { $0.ofType(0) } }
        var result = Encoding()
        for (index, text) in texts.enumerated() {
            result.append(Encoding([index == 0 ? classification : separator], type: 0, isSpecial: true))
            result.append(text.ofType(0))
            result.append(Encoding([separator], type: 0, isSpecial: true))
        }
        return [result]
    }
}
