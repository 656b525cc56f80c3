/// Finds added tokens in a text: leftmost first, the longest of several that begin at one place.
struct AddedTokenMatcher: Sendable {
    private let byFirstByte: [[(entry: AddedTokens.Entry, content: [UInt8])]]

    init(_ tokens: [(entry: AddedTokens.Entry, content: [UInt8])]) {
        var lists = [[(entry: AddedTokens.Entry, content: [UInt8])]](repeating: [], count: 256)
        for token in tokens {
            if let first = token.content.first { lists[Int(first)].append(token) }
        }
        byFirstByte = lists.map { $0.sorted { $0.content.count > $1.content.count } }
        isEmpty = tokens.isEmpty
    }

    private let isEmpty: Bool

    /// The text between added tokens, and these, in order.
    func split(_ text: [UInt8]) -> [AddedTokens.Piece] {
        guard !isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        var pieces: [AddedTokens.Piece] = []
        var pieceStart = 0
        var position = 0
        while position < text.count {
            guard let (entry, content) = match(in: text, at: position) else {
                position += 1
                continue
            }
            let end = position + content.count
            if !entry.isSingleWord || Self.standsAlone(text, position..<end) {
                let spaces = entry.stripsLeft ? Self.trailingSpaces(text[pieceStart..<position]) : 0
                if position - spaces > pieceStart {
                    pieces.append(.text(Array(text[pieceStart..<position - spaces])))
                }
                pieces.append(.token(entry.id))
                pieceStart = end + (entry.stripsRight ? Self.leadingSpaces(text[end...]) : 0)
            }
            position = max(end, pieceStart)
        }
        if pieceStart < text.count { pieces.append(.text(Array(text[pieceStart...]))) }
        return pieces
    }

    private func match(
        in text: [UInt8], at position: Int
    ) -> (entry: AddedTokens.Entry, content: [UInt8])? {
        byFirstByte[Int(text[position])].first { text[position...].starts(with: $0.content) }
    }

    /// Whether neither the character before nor the one after is a word's (`\w` of UTS 18, as the tokenizers
    /// library has it).
    private static func standsAlone(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        let before = String(decoding: text[..<range.lowerBound].suffix(4), as: UTF8.self).unicodeScalars.last
        let after = String(decoding: text[range.upperBound...].prefix(4), as: UTF8.self).unicodeScalars.first
        return ![before, after].contains { $0.map(isWordCharacter) ?? false }
    }

    private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
        default: scalar.properties.isAlphabetic || scalar.properties.isJoinControl
        }
    }

    /// The bytes of white space (Unicode's White_Space, `\s` in the tokenizers library) that a text begins with.
    private static func leadingSpaces(_ text: ArraySlice<UInt8>) -> Int {
        let spaces = String(decoding: text.prefix { mayBeSpace($0) }, as: UTF8.self).unicodeScalars
        return spaces.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
    }

    private static func trailingSpaces(_ text: ArraySlice<UInt8>) -> Int {
        let tail = text.suffix(text.reversed().prefix { mayBeSpace($0) }.count)
        let scalars = String(decoding: tail, as: UTF8.self).unicodeScalars
        return scalars.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
    }

    /// Whether a byte may belong to white space; keeps the search short on plain text.
    private static func mayBeSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || byte >= 0x80
    }
}
