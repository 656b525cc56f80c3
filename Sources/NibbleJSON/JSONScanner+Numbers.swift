extension JSONScanner {
    /// A whole number of 0 or more, as sizes and offsets are written.
    ///
    /// - Parameter what: what should stand here, for the error where something else does.
    /// - Throws: ``JSONError`` with the byte offset.
    public mutating func count(_ what: String) throws(JSONError) -> Int {
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
        guard let value = Double(text), value.isFinite || options.acceptsPythonNumbers else {
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

    /// Whether a byte is one of 0 to 9.
    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
