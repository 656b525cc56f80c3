import NibbleText

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
    /// A whole number of any width up to 64 bits.
    case integer(Int)
    /// A whole number above the range of `Int`.
    case large(UInt64)
    /// A floating-point number.
    case number(Double)
    /// True or false.
    case boolean(Bool)
    /// A text.
    case text(String)
    /// A list; its elements are of one type.
    case list([GGUFValue])

    /// The whole number, if it is one that fits `Int`.
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// The number, whole or not.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The text.
    public var text: String? { if case .text(let value) = self { value } else { nil } }

    /// The elements of a list.
    public var list: [GGUFValue]? { if case .list(let values) = self { values } else { nil } }

    /// One line about the value; of a list only how long it is.
    public var summary: String {
        switch self {
        case .integer(let value): "\(value)"
        case .large(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .text(let value): value
        case .list(let values): "a list of \(values.count)"
        }
    }
}

extension GGUFCursor {
    /// Lists may hold lists so deep; no published file has any.
    private static let deepestList = 4

    /// Bytes that a value of each type takes at least; the types are numbered as in the specification.
    private static let leastSizes: [Int] = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8]

    /// The next value of metadata with its type before it.
    mutating func value(of key: String) throws(GGUFProblem) -> GGUFValue {
        try value(type: try number("the type of a value"), key: key, depth: 0)
    }

    private mutating func value(
        type: UInt32, key: String, depth: Int
    ) throws(GGUFProblem) -> GGUFValue {
        switch type {
        case 0: .integer(Int(try number(key, as: UInt8.self)))
        case 1: .integer(Int(try number(key, as: Int8.self)))
        case 2: .integer(Int(try number(key, as: UInt16.self)))
        case 3: .integer(Int(try number(key, as: Int16.self)))
        case 4: .integer(Int(try number(key, as: UInt32.self)))
        case 5: .integer(Int(try number(key, as: Int32.self)))
        case 6: .number(Double(Float(bitPattern: try number(key, as: UInt32.self))))
        case 7: try truth(key)
        case 8: .text(try text("the value of “\(key.printable(limit: 200))”"))
        case 9: try list(key, depth: depth)
        case 10: Self.whole(try number(key, as: UInt64.self))
        case 11: .integer(Int(try number(key, as: Int64.self)))
        case 12: .number(Double(bitPattern: try number(key, as: UInt64.self)))
        default: throw .unknownValueType(key: key, type: type)
        }
    }

    private static func whole(_ value: UInt64) -> GGUFValue {
        Int(exactly: value).map(GGUFValue.integer) ?? .large(value)
    }

    private mutating func truth(_ key: String) throws(GGUFProblem) -> GGUFValue {
        let value = try number(key, as: UInt8.self)
        guard value <= 1 else { throw .truthValue(key: key, value: value) }
        return .boolean(value == 1)
    }

    private mutating func list(_ key: String, depth: Int) throws(GGUFProblem) -> GGUFValue {
        guard depth < Self.deepestList else { throw .nestedTooDeep(key: key) }
        let type: UInt32 = try number("the type of a list")
        guard type < Self.leastSizes.count else { throw .unknownValueType(key: key, type: type) }
        let count = try count(
            "values of “\(key.printable(limit: 200))”", leastSize: Self.leastSizes[Int(type)])
        guard count <= listValuesLeft else { throw .listsTooLong(key: key, limit: Self.mostListValues) }
        listValuesLeft -= count
        var values: [GGUFValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try value(type: type, key: key, depth: depth + 1)) }
        return .list(values)
    }

    /// The next value with its type before it; nil for a list, which is stepped over.
    mutating func valueOrList(of key: String) throws(GGUFProblem) -> GGUFValue? {
        let type: UInt32 = try number("the type of a value")
        guard type == 9 else { return try value(type: type, key: key, depth: 0) }
        try skipList(key, depth: 0)
        return nil
    }

    private mutating func skipList(_ key: String, depth: Int) throws(GGUFProblem) {
        guard depth < Self.deepestList else { throw .nestedTooDeep(key: key) }
        let type: UInt32 = try number("the type of a list")
        guard type < Self.leastSizes.count else { throw .unknownValueType(key: key, type: type) }
        let count = try count(
            "values of “\(key.printable(limit: 200))”", leastSize: Self.leastSizes[Int(type)])
        switch type {
        case 8: for _ in 0..<count { skip(try self.count("bytes of a text", leastSize: 1)) }
        case 9: for _ in 0..<count { try skipList(key, depth: depth + 1) }
        default: skip(count * Self.leastSizes[Int(type)])
        }
    }
}
