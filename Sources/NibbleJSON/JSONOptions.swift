/// What a reader lets pass that RFC 8259 does not; nothing unless it is asked for.
///
/// ```swift
/// var options = JSONOptions.strict
/// options.acceptsPythonNumbers = true
/// let value = try JSONParser.parse(#"{"rope_theta": Infinity}"#, options: options)
/// ```
public struct JSONOptions: Sendable, Equatable {
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes and reads them.
    public var acceptsPythonNumbers = false
    /// Whether a byte-order mark (U+FEFF) may stand before the value.
    public var acceptsByteOrderMark = false
    /// Whether a key may stand twice in an object; its last value counts, as in Python.
    public var acceptsDoubledKeys = false

    /// RFC 8259 and no key twice.
    public static let strict = JSONOptions()

    /// Nothing but what the flags say, each of which is off at first.
    public init() {}
}
