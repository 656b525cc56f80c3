import NibbleJSON

/// Turns one word into tokens.
protocol TokenModel: Sendable {
    /// Token number of each piece, by its bytes.
    var vocabulary: [[UInt8]: Int] { get }
    /// The tokens of a word, given as UTF-8.
    func encode(_ word: ArraySlice<UInt8>) -> [Int]
}

/// A model that a tokenizer file can name.
protocol FileTokenModel: TokenModel {
    /// The `type` of the file's `model` that means this kind.
    static var type: String { get }
    /// Reads the `model` of a tokenizer file.
    ///
    /// - Throws: ``TokenizerError`` if it contradicts itself or asks for something unknown.
    init(_ json: JSONValue) throws(TokenizerError)
}

/// The models that a tokenizer file can name.
enum TokenModelList {
    /// Every kind.
    static let all: [any FileTokenModel.Type] = [BytePairEncoding.self]

    /// The model of a file; a file that names no type means byte-pair encoding.
    static func model(_ json: JSONValue) throws(TokenizerError) -> any TokenModel {
        let type = json["type"]?.string ?? BytePairEncoding.type
        guard let kind = all.first(where: { $0.type == type }) else {
            let known = all.map { $0.type }.joined(separator: ", ")
            throw .unsupported("tokenizer.json: nibble does not know the model “\(type)”; it knows \(known).")
        }
        return try kind.init(json)
    }
}
