import NibbleJSON

/// Puts texts and special tokens in the order that a template gives, one for single texts and one for pairs.
struct TemplatePostProcessor: PostProcessor {
    static let types = ["TemplateProcessing"]

    /// One place of a template.
    private enum Piece {
        /// The first text (0) or the second (1), with the type of its tokens.
        case text(Int, type: Int)
        /// Special tokens with their type.
        case special([Int], type: Int)
    }

    private let single: [Piece]
    private let pair: [Piece]

    init(_ json: JSONValue) throws(TokenizerError) {
        let tokens = json["special_tokens"]
        single = try Self.template(json["single"], tokens) ?? [.text(0, type: 0)]
        pair = try Self.template(json["pair"], tokens) ?? [.text(0, type: 0), .text(1, type: 1)]
    }

    /// Tokens before and after each text, or before the first alone.
    init(prefix: [Int], suffix: [Int], beginsBothTexts: Bool) {
        func around(_ text: Int) -> [Piece] {
            [
                .special(text == 0 || beginsBothTexts ? prefix : [], type: text), .text(text, type: text),
                .special(suffix, type: text),
            ]
        }
        single = around(0)
        pair = around(0) + around(1)
    }

    /// The places of a file's template; nil where the file has none.
    private static func template(
        _ json: JSONValue?, _ tokens: JSONValue?
    ) throws(TokenizerError) -> [Piece]? {
        guard let pieces = json?.array else { return nil }
        var result: [Piece] = []
        for piece in pieces {
            if let text = piece.present("Sequence") {
                let isSecond = text["id"]?.string == "B"
                result.append(.text(isSecond ? 1 : 0, type: text["type_id"]?.integer ?? 0))
            }
            guard let special = piece["SpecialToken"], let name = special["id"]?.string else { continue }
            guard let ids = tokens?[name]?["ids"]?.array?.compactMap(\.integer) else {
                throw .invalid("tokenizer.json: the template uses the token “\(name)” without defining it.")
            }
            result.append(.special(ids, type: special["type_id"]?.integer ?? 0))
        }
        return result
    }

    func process(_ texts: [Encoding], addsSpecialTokens: Bool) -> [Encoding] {
        var result = Encoding()
        for piece in texts.count > 1 ? pair : single {
            switch piece {
            case .text(let text, let type):
                if texts.indices.contains(text) { result.append(texts[text].ofType(type)) }
            case .special(let ids, let type):
                if addsSpecialTokens { result.append(Encoding(ids, type: type, isSpecial: true)) }
            }
        }
        return [result]
    }
}
