import NibbleJSON

/// The models that a tokenizer file can name.
enum TokenModelList {
    /// Every kind; a file that names none means the first.
    static let all: [any FileTokenModel.Type] = [BytePairEncoding.self, WordPiece.self]

    /// The model of a file.
    ///
    /// - Throws: ``TokenizerError`` for an unknown kind, and for what the kind doesn't read.
    static func model(_ json: JSONValue) throws(TokenizerError) -> any TokenModel {
        guard let type = json["type"]?.string ?? all.first?.types.first,
            let kind = all.first(where: { $0.types.contains(type) })
        else {
            let known = all.flatMap { $0.types }.joined(separator: ", ")
            let name = json["type"]?.string?.prefix(120) ?? ""
            throw .unsupported("tokenizer.json: nibble does not know the model “\(name)”; it knows \(known).")
        }
        return try kind.init(json)
    }

    /// The `vocab` of a file's model: the number of each piece.
    ///
    /// - Throws: ``TokenizerError`` if there is none, or a piece has no number that a token can have.
    static func vocabulary(_ json: JSONValue) throws(TokenizerError) -> [[UInt8]: Int] {
        guard let members = json["vocab"]?.object else {
            throw .invalid("tokenizer.json has no vocabulary.")
        }
        var vocabulary: [[UInt8]: Int] = [:]
        vocabulary.reserveCapacity(members.count)
        for (piece, value) in members {
            guard let id = value.integer, (0..<(1 << 26)).contains(id) else {
                throw .invalid("tokenizer.json: the token “\(piece)” has no number.")
            }
            vocabulary[Array(piece.utf8)] = id
        }
        return vocabulary
    }
}
