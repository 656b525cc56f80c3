import NibbleJSON

/// The post-processors that a tokenizer file can name.
enum PostProcessorList {
    /// Every kind.
    static let all: [any PostProcessor.Type] = [
        ByteLevelPostProcessor.self, TemplatePostProcessor.self, BertPostProcessor.self,
        RobertaPostProcessor.self,
    ]

    /// Those of a file's `post_processor`, in order.
    static func parts(_ json: JSONValue?) throws(TokenizerError) -> [any PostProcessor] {
        try FileParts.read(json, kind: "post-processor", members: "processors") {
            (type, json) throws(TokenizerError) -> (any PostProcessor)? in
            try all.first { $0.types.contains(type) }?.init(json)
        }
    }

    /// The tokens that post-processors put before and after a single text.
    static func affixes(_ parts: [any PostProcessor]) -> (prefix: [Int], suffix: [Int]) {
        // No token has this number.
        let text = -1
        let ids = process([Encoding([text], type: 0)], parts, addsSpecialTokens: true).ids
        guard let start = ids.firstIndex(of: text) else { return (ids, []) }
        return (Array(ids[..<start]), ids[(start + 1)...].filter { $0 != text })
    }

    /// One encoding of one text or two.
    static func process(
        _ texts: [Encoding], _ parts: [any PostProcessor], addsSpecialTokens: Bool
    ) -> Encoding {
        .joined(parts.reduce(texts) { $1.process($0, addsSpecialTokens: addsSpecialTokens) })
    }
}
