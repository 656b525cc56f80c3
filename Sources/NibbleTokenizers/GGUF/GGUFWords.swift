/// What a part does, in the words that GGUF files have for it.
struct GGUFTraits: OptionSet, Sendable {
    let rawValue: Int

    /// Text becomes characters of the byte alphabet.
    static let byteAlphabet = GGUFTraits(rawValue: 1)
    /// A space becomes ▁.
    static let spaceMarks = GGUFTraits(rawValue: 2)
    /// A space is put before a text.
    static let spacePrefix = GGUFTraits(rawValue: 4)
}

/// One way to split words that a GGUF file can name, alone or after another.
enum GGUFSplit: Equatable, Sendable {
    /// By one of the known expressions.
    case expression(WordScanner)
    /// Each digit by itself.
    case digits
}

/// The mark that SentencePiece writes for a space: U+2581.
enum SpaceMark {
    /// Its UTF-8.
    static let bytes = Array("▁".utf8)
}
