import NibbleJSON

/// Joins the tokens into one text, which nibble's decoders do anyway; files say so before a ``StripDecoder``.
struct FuseDecoder: TokenDecoder {
    static let types = ["Fuse"]

    init(_ json: JSONValue) {}

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { token }
}
