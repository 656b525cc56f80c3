import NibbleJSON

/// Tokens that are cut out of the text whole: some before it is normalized, the others after.
struct AddedTokens: Sendable {
    /// One added token.
    struct Entry: Sendable {
        let id: Int
        let content: [UInt8]
        /// Whether it steers the model and is no text.
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
            let isSpecial = token["special"]?.boolean ?? false
            entries.append(
                Entry(
                    id: id, content: content, isSpecial: isSpecial,
                    stripsLeft: token["lstrip"]?.boolean ?? false,
                    stripsRight: token["rstrip"]?.boolean ?? false,
                    isNormalized: token["normalized"]?.boolean ?? !isSpecial,
                    isSingleWord: token["single_word"]?.boolean ?? false))
        }
        return entries
    }
}

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
                let blanks = entry.stripsLeft ? Self.trailingBlanks(text[pieceStart..<position]) : 0
                if position - blanks > pieceStart {
                    pieces.append(.text(Array(text[pieceStart..<position - blanks])))
                }
                pieces.append(.token(entry.id))
                pieceStart = end + (entry.stripsRight ? Self.leadingBlanks(text[end...]) : 0)
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
    private static func leadingBlanks(_ text: ArraySlice<UInt8>) -> Int {
        let blanks = String(decoding: text.prefix { isBlankByte($0) }, as: UTF8.self).unicodeScalars
        return blanks.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
    }

    private static func trailingBlanks(_ text: ArraySlice<UInt8>) -> Int {
        let tail = text.suffix(text.reversed().prefix { isBlankByte($0) }.count)
        let scalars = String(decoding: tail, as: UTF8.self).unicodeScalars
        return scalars.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
    }

    /// Whether a byte may belong to white space; keeps the search short on plain text.
    private static func isBlankByte(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || byte >= 0x80
    }
}
