import NibbleJSON

/// Reads tokens such as <0x0A> as the bytes that they name.
struct ByteFallbackDecoder: TokenDecoder {
    static let types = ["ByteFallback"]

    /// The decoder, which has no options.
    init() {}

    init(_ json: JSONValue) {}

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { Self.byte(of: token).map { [$0] } ?? token }

    /// The byte of a token such as <0x0A>; nil for other tokens.
    private static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
            return nil
        }
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}
