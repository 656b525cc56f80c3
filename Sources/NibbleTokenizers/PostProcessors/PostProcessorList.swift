import NibbleJSON

/// The tokens that frame a single text, by the file's `post_processor`.
enum PostProcessorList {
    /// Tokens before and after the text.
    static func frame(_ json: JSONValue?) throws(TokenizerError) -> (prefix: [Int], suffix: [Int]) {
        guard let json else { return ([], []) }
        let type = json["type"]?.string ?? ""
        switch type {
        case "ByteLevel": return ([], [])
        case "Sequence":
            var frame: (prefix: [Int], suffix: [Int]) = ([], [])
            for part in json["processors"]?.array ?? [] {
                let inner = try self.frame(part)
                frame = (inner.prefix + frame.prefix, frame.suffix + inner.suffix)
            }
            return frame
        case "TemplateProcessing": return try template(json)
        default: throw .unsupported("tokenizer.json: nibble does not know the post-processor “\(type)”.")
        }
    }

    private static func template(_ json: JSONValue) throws(TokenizerError) -> (prefix: [Int], suffix: [Int]) {
        var frame: (prefix: [Int], suffix: [Int]) = ([], [])
        var isAfterText = false
        for part in json["single"]?.array ?? [] {
            if part.present("Sequence") != nil { isAfterText = true }
            guard let name = part["SpecialToken"]?["id"]?.string else { continue }
            guard let ids = json["special_tokens"]?[name]?["ids"]?.array?.compactMap(\.integer) else {
                throw .invalid("tokenizer.json: the template uses the token “\(name)” without defining it.")
            }
            if isAfterText { frame.suffix += ids } else { frame.prefix += ids }
        }
        return frame
    }
}
