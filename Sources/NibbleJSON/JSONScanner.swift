import NibbleText

/// Reads JSON tokens from bytes, strictly as RFC 8259 defines them.
///
/// It borrows the bytes: whoever makes a scanner keeps them alive. Nothing is copied until a string is asked for,
/// so the header of a checkpoint with thousands of tensors is read in milliseconds.
///
/// ```swift
/// var scanner = JSONScanner(bytes)
/// try scanner.object("an object") { (inner, key, _) throws(JSONError) in
///     sizes[key] = try inner.count("a size")
/// }
/// try scanner.expectEnd()
/// ```
public struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    /// Where the next byte is, counted from the start of the text.
    public internal(set) var offset = 0
    /// What passes beyond RFC 8259.
    let options: JSONOptions

    /// A scanner at the start of a text.
    public init(_ bytes: UnsafeRawBufferPointer, options: JSONOptions = .strict) {
        self.bytes = bytes
        self.options = options
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if options.acceptsByteOrderMark, bytes.starts(with: mark) { offset = mark.count }
    }

    /// The error that something is wrong where the scanner is.
    public func failure(_ problem: String) -> JSONError { JSONError(offset: offset, problem: problem) }

    /// The next byte that isn't white space, without taking it; nil at the end.
    public mutating func peek() -> UInt8? {
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
    /// - Throws: ``JSONError`` if something does.
    public mutating func expectEnd() throws(JSONError) {
        if peek() != nil { throw failure("more text after the end of the value") }
    }

    /// The error for a token that isn't what belongs here.
    mutating func unexpected(_ wanted: String) -> JSONError {
        guard let byte = peek() else { return failure("the text ends where \(wanted) should stand") }
        if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "#") {
            return failure("a comment, which JSON does not have,")
        }
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

    /// Calls `member` with each key of an object and the key's offset; `member` must read the value.
    ///
    /// - Parameter what: what should stand here, for the error where no object does.
    /// - Throws: ``JSONError`` with the byte offset, and whatever `member` throws.
    public mutating func object(
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
    ///
    /// - Parameter what: what should stand here, for the error where no array does.
    /// - Throws: ``JSONError`` with the byte offset, and whatever `element` throws.
    public mutating func array(
        _ what: String, _ element: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "["), what)
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), "a comma or “]”")
    }
}
