/// A JSON value whose strings are bytes: Swift's `String` takes “é” and “e” + U+0301 for equal, a vocabulary does not.
enum JSON: Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSON])
    case object([(key: [UInt8], value: JSON)])

    /// The member of an object; nil for none, or for `null`.
    subscript(key: String) -> JSON? {
        guard case .object(let members) = self,
            let found = members.first(where: { $0.key.elementsEqual(key.utf8) })
        else { return nil }
        if case .null = found.value { return nil }
        return found.value
    }

    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
    var array: [JSON]? { if case .array(let values) = self { values } else { nil } }
    var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
}
