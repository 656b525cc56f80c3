import NibbleJSON

/// Drops spaces at the beginning of a text.
struct StripDecoder: TokenDecoder {
    static let types = ["Strip"]

    let strippedSpaces: Int

    /// A decoder that drops at most so many spaces.
    init(spaces: Int) { strippedSpaces = spaces }

    init(_ json: JSONValue) throws(TokenizerError) {
        guard json["content"]?.string == " ", json["stop"]?.integer ?? 0 == 0 else {
            throw .unsupported("tokenizer.json: nibble knows Strip decoders of leading spaces only.")
        }
        let start = json["start"]?.integer ?? 0
        guard (0...1024).contains(start) else {
            throw .invalid("tokenizer.json: a Strip decoder drops \(start) spaces; nibble takes 0 to 1024.")
        }
        strippedSpaces = start
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] { token }
}
