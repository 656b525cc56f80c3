/// Builds a ``JSONValue`` from bytes.
///
/// Stricter than many readers, because files from others are trusted with nothing: unless ``JSONOptions`` say otherwise,
/// a key that stands twice, `NaN` and `Infinity`, numbers beyond a double, and a byte-order mark are errors; comments and
/// nesting deeper than ``depthLimit`` always are. Texts keep their bytes: “é” and “e” + U+0301 are two keys.
///
/// ```swift
/// let value = try JSONParser.parse(#"{"vocab": {"é": 1, "e\u0301": 2}}"#)
/// let count = value["vocab"]?.object?.count               // 2
/// ```
public enum JSONParser {
    /// How many arrays and objects may enclose a value: the parser recurses, and the stack has an end.
    public static let depthLimit = 64

    /// Reads one value and nothing after it.
    /// - Throws: ``JSONError`` with the byte offset.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, options: JSONOptions = .strict
    ) throws(JSONError) -> JSONValue {
        var scanner = JSONScanner(bytes, options: options)
        let value = try scanner.value(depth: 0)
        try scanner.expectEnd()
        return value
    }

    /// Reads one value from an array of bytes.
    /// - Throws: ``JSONError`` with the byte offset.
    public static func parse(
        _ bytes: [UInt8], options: JSONOptions = .strict
    ) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try parse(UnsafeRawBufferPointer(buffer), options: options)
        }
    }

    /// Reads one value from a text.
    /// - Throws: ``JSONError`` with the byte offset.
    public static func parse(
        _ text: String, options: JSONOptions = .strict
    ) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), options: options)
    }
}

extension JSONScanner {
    /// The next value of any kind, inside `depth` arrays and objects.
    /// - Throws: ``JSONError`` with the byte offset.
    public mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= JSONParser.depthLimit else {
            throw failure("more than \(JSONParser.depthLimit) nested lists or objects")
        }
        switch peek() {
        case UInt8(ascii: "{"): return try objectValue(depth: depth)
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try array("a list") { (inner) throws(JSONError) in
                values.append(try inner.value(depth: depth + 1))
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try string("a string"))
        case let byte? where byte == UInt8(ascii: "-") || JSONScanner.isDigit(byte):
            return try signedNumber()
        default: return try keywordValue()
        }
    }

    private mutating func objectValue(depth: Int) throws(JSONError) -> JSONValue {
        var members = JSONObject()
        try object("an object") { (inner, key, start) throws(JSONError) in
            let value = try inner.value(depth: depth + 1)
            guard members.updateValue(value, forKey: key) == nil || inner.options.acceptsDoubledKeys else {
                throw JSONError(
                    offset: start, problem: "the key “\(key.printable(limit: 60))” for the second time")
            }
        }
        return .object(members)
    }

    private mutating func signedNumber() throws(JSONError) -> JSONValue {
        let start = offset
        if take(keyword: "-Infinity") { return try pythonNumber(-.infinity, "-Infinity", start) }
        return try number()
    }

    private mutating func keywordValue() throws(JSONError) -> JSONValue {
        let start = offset
        if take(keyword: "true") { return .boolean(true) }
        if take(keyword: "false") { return .boolean(false) }
        if take(keyword: "null") { return .null }
        if take(keyword: "NaN") { return try pythonNumber(.nan, "NaN", start) }
        if take(keyword: "Infinity") { return try pythonNumber(.infinity, "Infinity", start) }
        throw unexpected("a value")
    }

    private func pythonNumber(_ value: Double, _ word: String, _ start: Int) throws(JSONError) -> JSONValue {
        guard options.acceptsPythonNumbers else {
            throw JSONError(offset: start, problem: "\(word), which JSON does not have,")
        }
        return .number(value)
    }
}
