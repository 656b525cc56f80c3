import NibbleJSON

/// SentencePiece's spaces: each becomes a mark, which begins a word.
struct MetaspacePreTokenizer: FilePreTokenizer {
    static let types = ["Metaspace"]

    /// Where a mark is put that no space asks for.
    enum PrependScheme: String {
        /// Before every piece of text.
        case always
        /// Before the text, but not after an added token.
        case first
        /// Nowhere.
        case never

        /// The scheme of a file's part, which may say it as the older `add_prefix_space`; nil for an unknown one.
        init?(_ json: JSONValue) {
            guard let name = json["prepend_scheme"]?.string else {
                self = json["add_prefix_space"]?.boolean == false ? .never : .always
                return
            }
            self.init(rawValue: name)
        }
    }

    /// What a space becomes.
    let replacement: [UInt8]
    /// Where one is put in front.
    let prependScheme: PrependScheme
    /// Whether a mark begins a word.
    let splitsWords: Bool

    init(_ json: JSONValue) throws(TokenizerError) {
        guard let scheme = PrependScheme(json) else {
            throw .invalid(
                "tokenizer.json: a Metaspace part has an unknown prepend_scheme; there are always, first and never."
            )
        }
        replacement = json["replacement"]?.bytes ?? SpaceMark.bytes
        prependScheme = scheme
        splitsWords = json["split"]?.boolean ?? true
    }

    func split(_ words: Words, isFirst: Bool) -> Words {
        let spaces = ReplaceNormalizer(pattern: [0x20], content: replacement)
        let prepends = prependScheme == .always || prependScheme == .first && isFirst
        var result = Words()
        for word in words.slices {
            var text = spaces.normalize(Array(word))
            if prepends, !text.starts(with: replacement) { text = replacement + text }
            for position in text.indices {
                if splitsWords, text[position...].starts(with: replacement) { result.endWord() }
                result.append(text[position])
            }
            result.endWord()
        }
        return result
    }

    var ggufTraits: GGUFTraits {
        let mark: GGUFTraits = replacement == SpaceMark.bytes ? .spaceMarks : []
        return prependScheme == .never ? mark : mark.union(.spacePrefix)
    }
}
