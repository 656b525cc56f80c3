import NibbleJSON

/// Changes where tokens stand in the text, which nibble does not tell, and no token.
struct ByteLevelPostProcessor: PostProcessor {
    static let types = ["ByteLevel"]

    init(_ json: JSONValue) {}

    func process(_ texts: [Encoding], addsSpecialTokens: Bool) -> [Encoding] { texts }
}
