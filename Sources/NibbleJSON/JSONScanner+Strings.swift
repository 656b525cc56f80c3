extension JSONScanner {
    /// A string, with its escapes resolved and its bytes as they are.
    ///
    /// - Parameter what: what should stand here, for the error where no string does.
    /// - Throws: ``JSONError`` with the byte offset.
    public mutating func string(_ what: String) throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""), what)
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                let text = try utf8(start..<offset)
                offset += 1
                return text
            case UInt8(ascii: "\\"): return try stringWithEscapes(from: start)
            case 0..<0x20: throw failure("a control character inside a string")
            default: offset += 1
            }
        }
        throw failure("a string that never ends")
    }

    private func utf8(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        else {
            throw JSONError(offset: range.lowerBound, problem: "a string that isn’t valid UTF-8")
        }
        return text
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
        var text = try utf8(start..<offset)
        var runStart = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                text += try utf8(runStart..<offset)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                text += try utf8(runStart..<offset)
                text.unicodeScalars.append(try escape())
                runStart = offset
            case 0..<0x20: throw failure("a control character inside a string")
            default: offset += 1
            }
        }
        throw failure("a string that never ends")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard offset + 1 < bytes.count else { throw failure("a string that never ends") }
        let letter = bytes[offset + 1]
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let scalar = Self.shortEscapes[letter] else { throw failure("an unknown escape in a string") }
        offset += 2
        return scalar
    }

    private static let shortEscapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
        UInt8(ascii: "b"): "\u{08}", UInt8(ascii: "f"): "\u{0C}", UInt8(ascii: "n"): "\n",
        UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    /// `\uXXXX`, or two of them that form a surrogate pair (RFC 8259 §7).
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = offset
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if UTF16.isLeadSurrogate(first), let second = try? codeUnit(), UTF16.isTrailSurrogate(second) {
            let high = UInt32(first) & 0x3FF
            let low = UInt32(second) & 0x3FF
            if let scalar = Unicode.Scalar(0x1_0000 + (high << 10) + low) { return scalar }
        }
        throw JSONError(offset: start, problem: "half a surrogate pair in a string")
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw failure("an unfinished \\u escape") }
        var unit: UInt16 = 0
        for byte in bytes[(offset + 2)..<(offset + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("an unfinished \\u escape")
            }
            unit = unit << 4 | UInt16(digit)
        }
        offset += 6
        return unit
    }
}
