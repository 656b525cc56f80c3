import NibbleJSON

/// The decoders that a tokenizer file can name.
enum TokenDecoderList {
    /// Every kind.
    static let all: [any TokenDecoder.Type] = [
        ByteLevelDecoder.self, ByteFallbackDecoder.self, FuseDecoder.self, ReplaceDecoder.self,
        StripDecoder.self, MetaspaceDecoder.self, WordPieceDecoder.self,
    ]

    /// Those of a file's `decoder`, in order.
    static func parts(_ json: JSONValue?) throws(TokenizerError) -> [any TokenDecoder] {
        try FileParts.read(json, kind: "decoder", members: "decoders") {
            (type, json) throws(TokenizerError) -> (any TokenDecoder)? in
            try all.first { $0.types.contains(type) }?.init(json)
        }
    }
}
