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
            if entry.stripsLeft { while pending.last.map(Self.isBlank) == true { pending.removeLast() } }
            if !pending.isEmpty { pieces.append(.text(pending)) }
            pending = []
            pieces.append(.token(entry.id))
            position += entry.content.count
            if entry.stripsRight { while position < text.count, Self.isBlank(text[position]) { position += 1 } }
        }
        if !pending.isEmpty { pieces.append(.text(pending)) }
        return pieces
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
