import NibbleJSON

/// A part of a tokenizer that a tokenizer file can name: one file here, one entry in the list of its kind.
protocol FilePart: Sendable {
    /// What a file writes as `type` for this part; several where the type is an option at the same time.
    static var types: [String] { get }
    /// Reads the part's object.
    ///
    /// - Throws: ``TokenizerError`` if it contradicts itself or asks for something unknown.
    init(_ json: JSONValue) throws(TokenizerError)
}

/// Reads the parts of one kind.
enum FileParts {
    /// The parts that an object of a file names: none, one, or those of a `Sequence` in their order.
    ///
    /// - Parameters:
    ///   - kind: what the part is, for errors.
    ///   - members: the key of a sequence's parts.
    ///   - one: reads a part of a type; nil for an unknown type.
    /// - Throws: ``TokenizerError``.
    static func read<Part>(
        _ json: JSONValue?, kind: String, members: String,
        one: (_ type: String, JSONValue) throws(TokenizerError) -> Part?
    ) throws(TokenizerError) -> [Part] {
        guard let json else { return [] }
        let type = json["type"]?.string ?? ""
        if type == "Sequence" {
            var parts: [Part] = []
            for part in json[members]?.array ?? [] {
                parts += try read(part, kind: kind, members: members, one: one)
            }
            return parts
        }
        guard let part = try one(type, json) else {
            throw .unsupported("tokenizer.json: nibble does not know the \(kind) “\(type.prefix(120))”.")
        }
        return [part]
    }
}
