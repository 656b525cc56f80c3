/// A small JSON tree: what a `config.json` holds.
public enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case integer(Int)
    /// Any other number; finite where it comes from JSON.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; no key stands twice.
    case object([String: JSONValue])

    /// The member `key` of an object; nil for other values and absent keys.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
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

    /// The elements of an array.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    /// The members of an object.
    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

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
