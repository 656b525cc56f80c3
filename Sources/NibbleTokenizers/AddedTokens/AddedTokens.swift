import NibbleJSON

/// Tokens that are taken out of the text whole: some before it is normalized, the others after.
struct AddedTokens: Sendable {
    /// One added token.
    struct Entry: Sendable {
        let id: Int
        let content: [UInt8]
        /// Whether it steers the model and is not text.
        let isSpecial: Bool
        /// Whether it takes the white space before it along.
        let stripsLeft: Bool
        /// Whether it takes the white space after it along.
        let stripsRight: Bool
        /// Whether it is looked for in the normalized text, its own content normalized too.
        var isNormalized = false
        /// Whether it counts only where no letter, digit or mark touches it.
        var isSingleWord = false
    }

    /// A piece of text, or an added token.
    enum Piece { case text([UInt8]), token(Int) }

    /// Those looked for in the text as it stands.
    let plain: AddedTokenMatcher
    /// Those looked for after normalizing.
    let normalized: AddedTokenMatcher

    /// What each stands for when it is decoded: its content, normalized where it is looked for so.
    let contents: [Int: [UInt8]]

    /// The tokens of a file, whose normalizers also change the content of normalized tokens.
    init(_ entries: [Entry], normalizers: [any Normalizer]) {
        plain = AddedTokenMatcher(entries.filter { !$0.isNormalized }.map { ($0, $0.content) })
        normalized = AddedTokenMatcher(
            entries.filter(\.isNormalized).map { ($0, Self.content(of: $0, normalizers)) })
        contents = Dictionary(
            entries.map { ($0.id, Self.content(of: $0, normalizers)) }, uniquingKeysWith: { $1 })
    }

    private static func content(of entry: Entry, _ normalizers: [any Normalizer]) -> [UInt8] {
        entry.isNormalized ? normalizers.reduce(entry.content) { $1.normalize($0) } : entry.content
    }

    /// Reads the `added_tokens` of a file.
    static func read(_ json: JSONValue) throws(TokenizerError) -> [Entry] {
        var entries: [Entry] = []
        for token in json["added_tokens"]?.array ?? [] {
            guard let id = token["id"]?.integer, (0..<(1 << 26)).contains(id),
                let content = token["content"]?.bytes, !content.isEmpty
            else { throw .invalid("tokenizer.json: an added token lacks its id or content.") }
            entries.append(Entry(token, id: id, content: content))
        }
        return entries
    }
}
