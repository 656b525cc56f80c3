/// Decodes a text token by token, giving out whole characters only.
///
/// ```swift
/// var decoder = tokenizer.makeStreamingDecoder()
/// for id in ids { print(decoder.append(id), terminator: "") }
/// print(decoder.finish())
/// ```
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private var pending: [UInt8] = []
    private var spacesToStrip: Int
    private var isFirst = true

    /// A decoder at the beginning of a text.
    init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        spacesToStrip = tokenizer.strippedSpaces
    }

    /// Adds a token and returns the characters that are complete now; special tokens add nothing.
    public mutating func append(_ id: Int) -> String {
        guard !tokenizer.isSpecial(id) else { return "" }
        pending += tokenizer.bytes(ofToken: id, isFirst: isFirst)
        isFirst = false
        while spacesToStrip > 0, pending.first == 0x20 {
            pending.removeFirst()
            spacesToStrip -= 1
        }
        if !pending.isEmpty { spacesToStrip = 0 }
        let complete = pending.count - Self.incompleteLength(pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// What is left over, with U+FFFD for a character cut short.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The length of the character at the end whose last bytes are still missing; 0 if there is none.
    private static func incompleteLength(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
