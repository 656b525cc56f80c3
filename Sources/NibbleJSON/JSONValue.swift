import NibbleText

/// A JSON tree: what a `config.json` or a `tokenizer.json` holds.
///
/// ```swift
/// let value = try JSONParser.parse(#"{"model": {"type": "BPE"}}"#)
/// value["model"]?["type"]?.string                         // "BPE"
/// ```
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case integer(Int)
    /// Any other number; finite unless ``JSONOptions/acceptsPythonNumbers`` lets others pass.
    case number(Double)
    /// A string, whose UTF-8 is that of the text: compare bytes where “é” and “e” + U+0301 differ.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; no key stands twice.
    case object(JSONObject)

    /// The member `key` of an object; nil for other values and absent keys.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The member `key` of an object where it is neither absent nor `null`.
    public func present(_ key: String) -> JSONValue? {
        guard let value = self[key], value != .null else { return nil }
        return value
    }

    /// A whole number; one written `4096.0` counts.
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// Any number.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// `true` or `false`.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// A string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The UTF-8 of a string.
    public var bytes: [UInt8]? { if case .string(let value) = self { Array(value.utf8) } else { nil } }

    /// The elements of an array.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    /// The members of an object.
    public var object: JSONObject? { if case .object(let members) = self { members } else { nil } }

    /// What kind of value this is, for a sentence: “the text "abc"”, “a list”.
    public var phrase: String {
        switch self {
        case .null: "null"
        case .boolean(let value): String(value)
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value): "the text “\(value.printable(limit: 60))”"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONValue: Equatable {
    /// Whether both are the same kind of value and equal; strings by their bytes, objects in whatever order.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}
