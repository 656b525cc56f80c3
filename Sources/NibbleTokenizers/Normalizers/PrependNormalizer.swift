import NibbleJSON

/// Puts a text in front of one that is not empty.
struct PrependNormalizer: Normalizer {
    static let types = ["Prepend"]

    let prefix: [UInt8]

    init(prefix: [UInt8]) { self.prefix = prefix }

    init(_ json: JSONValue) { prefix = json["prepend"]?.bytes ?? [] }

    func normalize(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? text : prefix + text }

    var ggufTraits: GGUFTraits { .spacePrefix }
}
