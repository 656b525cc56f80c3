/// Reads JSON tokens from bytes, strictly as RFC 8259 defines them.
///
/// It borrows the bytes: whoever makes a scanner keeps them alive. Nothing is copied until a string is asked for,
/// so the header of a checkpoint with thousands of tensors is read in milliseconds.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func failure(_ problem: String) -> JSONError { JSONError(offset: offset, problem: problem) }

    /// The next byte that isn't white space, without taking it; nil at the end.
    mutating func peek() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return bytes[offset]
            }
        }
        return nil
    }

    /// Takes `byte` if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    /// Takes `byte`, which must come next; `what` names it in the error.
    mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard take(byte) else { throw unexpected(what) }
    }

    /// Nothing but white space may follow.
    mutating func expectEnd() throws(JSONError) {
        if peek() != nil { throw failure("more text after the end of the value") }
    }

    /// The error for a token that isn't what belongs here.
    mutating func unexpected(_ wanted: String) -> JSONError {
        guard let byte = peek() else { return failure("the text ends where \(wanted) should stand") }
        let found =
            byte < 0x80 ? "“\(String(Unicode.Scalar(byte)).printable)”" : "byte 0x\(String(byte, radix: 16))"
        return failure("\(found) where \(wanted) should stand")
    }

    /// Takes a keyword such as `true`.
    mutating func take(keyword: StaticString) -> Bool {
        guard peek() != nil, bytes.count - offset >= keyword.utf8CodeUnitCount else { return false }
        let matches = keyword.withUTF8Buffer { word in
            bytes[offset..<(offset + word.count)].elementsEqual(word)
        }
        if matches { offset += keyword.utf8CodeUnitCount }
        return matches
    }

    /// Calls `member` with each key of an object; `member` must read the value.
    mutating func object(
        _ what: String, _ member: (inout JSONScanner, String, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "{"), what)
        if take(UInt8(ascii: "}")) { return }
        repeat {
            _ = peek()
            let start = offset
            let key = try string("a key in quotes")
            try expect(UInt8(ascii: ":"), "a colon")
            try member(&self, key, start)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"), "a comma or “}”")
    }

    /// Calls `element` at each element of an array; `element` must read the value.
    mutating func array(
        _ what: String, _ element: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "["), what)
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), "a comma or “]”")
    }
}

// MARK: - Strings

extension JSONScanner {
    /// A string, with its escapes resolved.
    mutating func string(_ what: String) throws(JSONError) -> String {
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

// MARK: - Numbers

extension JSONScanner {
    /// A whole number of 0 or more, as sizes and offsets are written.
    mutating func count(_ what: String) throws(JSONError) -> Int {
        guard let first = peek(), Self.isDigit(first) else { throw unexpected(what) }
        let start = offset
        var value = 0
        while offset < bytes.count, Self.isDigit(bytes[offset]) {
            let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
            let (next, overflow) = tens.addingReportingOverflow(Int(bytes[offset] - UInt8(ascii: "0")))
            guard !tensOverflow, !overflow else {
                throw JSONError(offset: start, problem: "a number beyond 2^63 where \(what) should stand")
            }
            value = next
            offset += 1
        }
        if offset - start > 1, bytes[start] == UInt8(ascii: "0") {
            throw JSONError(offset: start, problem: "a number with a leading zero")
        }
        if offset < bytes.count,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[offset])
        {
            throw JSONError(offset: start, problem: "a fraction where \(what) should stand")
        }
        return value
    }

    /// Any number: whole ones that fit stay whole.
    mutating func number() throws(JSONError) -> JSONValue {
        guard peek() != nil else { throw unexpected("a number") }
        let start = offset
        let isWhole = try takeNumberText()
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
        if isWhole, let whole = Int(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else {
            throw JSONError(offset: start, problem: "a number too large to hold")
        }
        return .number(value)
    }

    /// Takes `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?` and says whether it has no fraction or exponent.
    private mutating func takeNumberText() throws(JSONError) -> Bool {
        skip(where: { $0 == UInt8(ascii: "-") }, atMost: 1)
        let start = offset
        guard skip(where: Self.isDigit) > 0 else { throw failure("a number without digits") }
        if offset - start > 1, bytes[start] == UInt8(ascii: "0") {
            throw failure("a number with a leading zero")
        }
        let hasFraction = skip(where: { $0 == UInt8(ascii: ".") }, atMost: 1) > 0
        if hasFraction, skip(where: Self.isDigit) == 0 {
            throw failure("a number without digits after its point")
        }
        let hasExponent = skip(where: { $0 | 0x20 == UInt8(ascii: "e") }, atMost: 1) > 0
        if hasExponent {
            skip(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }, atMost: 1)
            guard skip(where: Self.isDigit) > 0 else {
                throw failure("a number without digits in its exponent")
            }
        }
        return !hasFraction && !hasExponent
    }

    @discardableResult
    private mutating func skip(where matches: (UInt8) -> Bool, atMost limit: Int = .max) -> Int {
        var taken = 0
        while taken < limit, offset < bytes.count, matches(bytes[offset]) {
            offset += 1
            taken += 1
        }
        return taken
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
