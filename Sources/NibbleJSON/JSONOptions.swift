/// What a reader lets pass that RFC 8259 does not; nothing unless it is asked for.
///
/// ```swift
/// var options = JSONOptions.strict
/// options.acceptsPythonNumbers = true
/// let value = try JSONParser.parse(#"{"rope_theta": Infinity}"#, options: options)
/// ```
public struct JSONOptions: Sendable, Equatable {
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes and reads them; a number beyond a double
    /// then is infinity, as there.
    public var acceptsPythonNumbers = false
    /// Whether a byte-order mark (U+FEFF) may stand before the value.
    public var acceptsByteOrderMark = false
    /// Whether a key may stand twice in an object; its last value counts, as in Python.
    public var acceptsDoubledKeys = false

    /// RFC 8259 and no key twice.
    public static let strict = JSONOptions()

    /// What Python's `json` reads and writes, and a byte-order mark before it: what files of configuration hold.
    public static let python: JSONOptions = {
        var options = JSONOptions()
        options.acceptsPythonNumbers = true
        options.acceptsByteOrderMark = true
        options.acceptsDoubledKeys = true
        return options
    }()

    /// Nothing but what the flags say, each of which is off at first.
    public init() {}
}
