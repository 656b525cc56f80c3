/// Turns one word into tokens.
protocol TokenModel: Sendable {
    /// Token number of each piece, by its bytes.
    var vocabulary: [[UInt8]: Int] { get }
    /// The tokens of a word, given as UTF-8.
    func encode(_ word: ArraySlice<UInt8>) -> [Int]
}

/// A model that a tokenizer file can name.
protocol FileTokenModel: TokenModel, FilePart {}
