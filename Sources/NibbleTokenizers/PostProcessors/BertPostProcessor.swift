import NibbleJSON

/// BERT's order: `[CLS] A [SEP]`, and for pairs `[CLS] A [SEP] B [SEP]`, of which `B [SEP]` has type 1.
struct BertPostProcessor: PostProcessor {
    static let types = ["BertProcessing"]

    private let classification: Int
    private let separator: Int

    init(_ json: JSONValue) throws(TokenizerError) {
        classification = try Self.token(json["cls"], "cls")
        separator = try Self.token(json["sep"], "sep")
    }

    /// A token that a file gives as its text and its number.
    static func token(_ json: JSONValue?, _ key: String) throws(TokenizerError) -> Int {
        guard let pair = json?.array, pair.count == 2, let id = pair[1].integer, (0..<(1 << 26)).contains(id)
        else { throw .invalid("tokenizer.json: the post-processor’s \(key) is no token with its number.") }
        return id
    }

    func process(_ texts: [Encoding], addsSpecialTokens: Bool) -> [Encoding] {
        guard addsSpecialTokens else { return texts }
        var result = Encoding([classification], type: 0, isSpecial: true)
        for (type, text) in texts.enumerated() {
            result.append(text.ofType(type))
            result.append(Encoding([separator], type: type, isSpecial: true))
        }
        return [result]
    }
}
