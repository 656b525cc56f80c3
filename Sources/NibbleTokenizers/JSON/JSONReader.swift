/// Reads JSON from bytes in one pass (RFC 8259), with a limit on nesting.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    private var position = 0

    private static let deepestNesting = 64

    /// The value that the bytes of `file` hold; the name is for errors.
    static func parse(_ data: [UInt8], file: String) throws(TokenizerError) -> JSON {
        try data.withUnsafeBufferPointer { bytes throws(TokenizerError) in
            var reader = JSONReader(bytes: bytes, file: file)
            let value = try reader.value(depth: 0)
            reader.skipBlanks()
            guard reader.position == bytes.count else { throw reader.failure("more text after the end") }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
    }

    private func failure(_ what: String) -> TokenizerError {
        .syntax("\(file) is not valid JSON: \(what) at byte \(position).")
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func next() throws(TokenizerError) -> UInt8 {
        skipBlanks()
        guard position < bytes.count else { throw failure("the text ends early") }
        return bytes[position]
    }

    private mutating func value(depth: Int) throws(TokenizerError) -> JSON {
        guard depth < Self.deepestNesting else { throw failure("too deeply nested") }
        switch try next() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(TokenizerError) -> JSON {
        guard position + text.utf8.count <= bytes.count,
            bytes[position..<position + text.utf8.count].elementsEqual(text.utf8)
        else { throw failure("an unknown word") }
        position += text.utf8.count
        return value
    }

    private mutating func number() throws(TokenizerError) -> JSON {
        let start = position
        while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) { position += 1 }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite
        else {
            position = start
            throw failure("an unexpected character")
        }
        return .number(value)
    }

    private mutating func array(depth: Int) throws(TokenizerError) -> JSON {
        position += 1
        var values: [JSON] = []
        if try next() == UInt8(ascii: "]") {
            position += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth + 1))
            if try isLast(closing: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    private mutating func object(depth: Int) throws(TokenizerError) -> JSON {
        position += 1
        var members: [(key: [UInt8], value: JSON)] = []
        if try next() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            guard try next() == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            guard try next() == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            position += 1
            members.append((key, try value(depth: depth + 1)))
            if try isLast(closing: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func isLast(closing: UInt8) throws(TokenizerError) -> Bool {
        let byte = try next()
        guard byte == closing || byte == UInt8(ascii: ",") else { throw failure("a comma is missing") }
        position += 1
        return byte == closing
    }

    private mutating func string() throws(TokenizerError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard String(validating: text, as: UTF8.self) != nil else {
                    throw failure("a string that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string without end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(TokenizerError) {
        guard position < bytes.count else { throw failure("the text ends early") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text += try unicodeEscape()
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(TokenizerError) -> [UInt8] {
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count,
            bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
        return Array(String(scalar).utf8)
    }

    private mutating func hexadecimal() throws(TokenizerError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("a broken escape") }
        position += 4
        return code
    }
}
