/// Turns tokens back into text; several work one after the other on each token.
protocol TokenDecoder: FilePart {
    /// What a token adds to a text.
    ///
    /// - Parameters:
    ///   - token: the token, or what the decoder before made of it.
    ///   - isFirst: whether the text begins with it.
    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8]
    /// Spaces that are dropped at the beginning of the whole text.
    var strippedSpaces: Int { get }
}

extension TokenDecoder {
    var strippedSpaces: Int { 0 }
}
