import NibbleJSON

/// Reads tokens that are written in the byte alphabet.
struct ByteLevelDecoder: TokenDecoder {
    static let types = ["ByteLevel"]

    /// The decoder, which has no options.
    init() {}

    init(_ json: JSONValue) {}

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { ByteAlphabet.bytes(of: token) }
}
