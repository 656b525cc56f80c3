/// Splits the bytes of a terminal into characters and control sequences (ECMA-48), across the ends of reads.
struct ControlSequenceParser {
    /// One thing that a program sends.
    enum Token: Equatable {
        case character(Unicode.Scalar)
        /// A C0 control.
        case control(UInt8)
        /// ESC with intermediate bytes and a final one.
        case escape(String)
        /// CSI: the private mark, the parameters, intermediate and final bytes.
        case sequence(mark: String, parameters: [Int?], final: String)
        /// OSC, DCS and their like.
        case string(String)
    }

    private var pending: [UInt8] = []

    /// The tokens that are complete.
    mutating func tokens(in bytes: [UInt8]) -> [Token] {
        pending += bytes
        var tokens: [Token] = []
        var index = 0
        while index < pending.count, let (token, length) = next(at: index) {
            if let token { tokens.append(token) }
            index += length
        }
        pending.removeFirst(index)
        return tokens
    }

    /// The token at `index` and its length; nil while it is not complete.
    private func next(at index: Int) -> (Token?, Int)? {
        let byte = pending[index]
        if byte == 0x1B { return escape(at: index) }
        if byte < 0x20 || byte == 0x7F { return (.control(byte), 1) }
        let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        guard index + length <= pending.count else { return nil }
        let text = String(decoding: pending[index..<index + length], as: UTF8.self)
        return (text.unicodeScalars.first.map(Token.character), length)
    }

    private func escape(at index: Int) -> (Token?, Int)? {
        guard index + 1 < pending.count else { return nil }
        switch pending[index + 1] {
        case UInt8(ascii: "["): return sequence(at: index)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            return string(at: index)
        default:
            var end = index + 1
            while end < pending.count, (0x20...0x2F).contains(pending[end]) { end += 1 }
            guard end < pending.count else { return nil }
            return (.escape(text(index + 1...end)), end - index + 1)
        }
    }

    private func sequence(at index: Int) -> (Token?, Int)? {
        guard let end = pending[(index + 2)...].firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return nil
        }
        let body = text(index + 2...end)
        let mark = String(body.prefix { "?><=".contains($0) })
        let numbers = body.dropFirst(mark.count).prefix { $0.isNumber || $0 == ";" || $0 == ":" }
        let parameters = numbers.split(omittingEmptySubsequences: false) { $0 == ";" || $0 == ":" }.map {
            Int($0)
        }
        let final = String(body.dropFirst(mark.count + numbers.count))
        return (.sequence(mark: mark, parameters: parameters, final: final), end - index + 1)
    }

    private func string(at index: Int) -> (Token?, Int)? {
        for end in (index + 2)..<max(pending.count, index + 2) {
            if pending[end] == 0x07 { return (.string(text(index + 1...end)), end - index + 1) }
            if pending[end] == 0x1B, end + 1 < pending.count {
                return (.string(text(index + 1...end)), end - index + 2)
            }
        }
        return nil
    }

    private func text(_ range: ClosedRange<Int>) -> String { String(decoding: pending[range], as: UTF8.self) }
}
