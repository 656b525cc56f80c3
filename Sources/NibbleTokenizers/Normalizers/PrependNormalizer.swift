import NibbleJSON

/// Puts a text in front of one that is not empty.
struct PrependNormalizer: Normalizer {
    static let types = ["Prepend"]

    /// What is put in front.
    let prefix: [UInt8]

    /// A normalizer of one text.
    init(prefix: [UInt8]) { self.prefix = prefix }

    init(_ json: JSONValue) { prefix = json["prepend"]?.bytes ?? [] }

    func normalize(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? text : prefix + text }

    var ggufTraits: GGUFTraits { .spacePrefix }
}
