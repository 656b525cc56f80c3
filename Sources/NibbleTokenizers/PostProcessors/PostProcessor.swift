/// Puts special tokens around and between texts, and says which text each token belongs to.
protocol PostProcessor: FilePart {
    /// One text or two, as they become one.
    ///
    /// - Parameters:
    ///   - texts: the tokens of one text or two; one if a part before has joined them.
    ///   - addsSpecialTokens: whether special tokens are put in, or only types set.
    /// - Returns: the texts joined, or as they were.
    func process(_ texts: [Encoding], addsSpecialTokens: Bool) -> [Encoding]
}
