/// Builds a `JSONValue` from bytes.
///
/// Stricter than many readers, because files from others are trusted with nothing: a key that stands twice, `NaN` and
/// `Infinity`, numbers beyond a double, comments, and nesting deeper than `depthLimit` are errors.
public enum JSONParser {
    /// How many arrays and objects may enclose a value: the parser recurses, and the stack has an end.
    public static let depthLimit = 64

    /// Reads one value and nothing after it.
    /// - Throws: `JSONError` with the byte offset.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        var scanner = JSONScanner(bytes)
        let value = try parseValue(&scanner, depth: 0)
        try scanner.expectEnd()
        return value
    }

    /// Reads one value from a text.
    /// - Throws: `JSONError` with the byte offset.
    public static func parse(_ text: String) throws(JSONError) -> JSONValue {
        let bytes = Array(text.utf8)
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) { return .success(try parse(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The next value of `scanner`, at `depth` enclosing arrays and objects.
    static func parseValue(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= depthLimit else {
            throw scanner.failure("more than \(depthLimit) nested lists or objects")
        }
        switch scanner.peek() {
        case UInt8(ascii: "{"): return try parseObject(&scanner, depth: depth)
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try scanner.array("a list") { (inner) throws(JSONError) in
                values.append(try parseValue(&inner, depth: depth + 1))
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try scanner.string("a string"))
        case let byte? where byte == UInt8(ascii: "-") || JSONScanner.isDigit(byte):
            return try parseNumber(&scanner)
        default: return try parseKeyword(&scanner)
        }
    }

    private static func parseObject(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        try scanner.object("an object") { (inner, key, start) throws(JSONError) in
            let value = try parseValue(&inner, depth: depth + 1)
            guard members.updateValue(value, forKey: key) == nil else {
                throw JSONError(
                    offset: start, problem: "the key “\(key.printable(limit: 60))” for the second time")
            }
        }
        return .object(members)
    }

    private static func parseNumber(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        let start = scanner.offset
        if scanner.take(keyword: "-Infinity") {
            throw JSONError(offset: start, problem: "-Infinity, which JSON does not have,")
        }
        return try scanner.number()
    }

    private static func parseKeyword(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        let start = scanner.offset
        if scanner.take(keyword: "true") { return .boolean(true) }
        if scanner.take(keyword: "false") { return .boolean(false) }
        if scanner.take(keyword: "null") { return .null }
        for keyword: StaticString in ["NaN", "Infinity"] where scanner.take(keyword: keyword) {
            throw JSONError(offset: start, problem: "\(keyword), which JSON does not have,")
        }
        throw scanner.unexpected("a value")
    }
}
