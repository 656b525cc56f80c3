/// Tokens that are cut out of the text before anything else happens to it.
struct AddedTokens: Sendable {
    /// One added token.
    struct Entry: Sendable {
        let id: Int
        let content: [UInt8]
        let isSpecial: Bool
        let stripsLeft: Bool
        let stripsRight: Bool
    }

    /// A piece of text, or an added token.
    enum Piece { case text([UInt8]), token(Int) }

    /// The tokens, the longest first.
    let entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries.sorted { $0.content.count > $1.content.count } }

    /// Cuts a text at the added tokens; the longest that fits at a place wins.
    func split(_ text: [UInt8]) -> [Piece] {
        guard !entries.isEmpty else { return [.text(text)] }
        let firstBytes = Set(entries.compactMap(\.content.first))
        var pieces: [Piece] = []
        var pending: [UInt8] = []
        var position = 0
        while position < text.count {
            guard firstBytes.contains(text[position]),
                let entry = entries.first(where: { text[position...].starts(with: $0.content) })
            else {
                pending.append(text[position])
                position += 1
                continue
            }
            if entry.stripsLeft { Self.dropTrailingBlanks(&pending) }
            if !pending.isEmpty { pieces.append(.text(pending)) }
            pending = []
            pieces.append(.token(entry.id))
            position += entry.content.count
            if entry.stripsRight { position += Self.leadingBlanks(text[position...]) }
        }
        if !pending.isEmpty { pieces.append(.text(pending)) }
        return pieces
    }

    /// The bytes of white space (Unicode's White_Space, as `\s` in the tokenizers library) that a text begins with.
    private static func leadingBlanks(_ text: ArraySlice<UInt8>) -> Int {
        let blanks = String(decoding: text.prefix { isBlankByte($0) }, as: UTF8.self).unicodeScalars
        return blanks.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
    }

    private static func dropTrailingBlanks(_ text: inout [UInt8]) {
        let tail = text.reversed().prefix { isBlankByte($0) }
        let scalars = String(decoding: tail.reversed(), as: UTF8.self).unicodeScalars
        text.removeLast(scalars.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) })
    }

    /// Whether a byte may belong to white space; keeps the search short on plain text.
    private static func isBlankByte(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || byte >= 0x80
    }
}
