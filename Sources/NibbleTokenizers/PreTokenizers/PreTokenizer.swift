/// Splits a piece of text into words; no token reaches across a word's border.
protocol PreTokenizer: Sendable {
    /// Splits each word further. `isFirst` tells whether the piece begins the text.
    func split(_ words: Words, isFirst: Bool) -> Words
    /// What it does in the words of GGUF files, apart from splitting.
    var ggufTraits: GGUFTraits { get }
    /// How it splits words, as GGUF files can name it; empty if it splits none, nil if they have no word for it.
    var ggufSplits: [GGUFSplit]? { get }
}

extension PreTokenizer {
    var ggufTraits: GGUFTraits { [] }
    var ggufSplits: [GGUFSplit]? { nil }
}

/// A pre-tokenizer that a tokenizer file can name.
protocol FilePreTokenizer: PreTokenizer, FilePart {}
