/// A value that is written into the metadata of a GGUF file; its type there is part of it, as readers insist on types.
public enum GGUFField: Sendable, Equatable {
    /// A whole number (uint32).
    case unsigned(UInt32)
    /// A number (float32).
    case number(Float)
    /// True or false.
    case boolean(Bool)
    /// A text.
    case text(String)
    /// Texts, as UTF-8 bytes: equal to Swift are texts that a vocabulary tells apart.
    case texts([[UInt8]])
    /// Numbers (float32).
    case numbers([Float])
    /// Whole numbers (int32).
    case integers([Int32])
    /// The bytes of a value of another GGUF file, the number of its type first.
    case stored([UInt8])

    /// The value with the number of its type before it, as the file has it.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .unsigned(let value): Self.append(4, value, to: &bytes)
        case .number(let value): Self.append(6, value.bitPattern, to: &bytes)
        case .boolean(let value): Self.append(7, UInt8(value ? 1 : 0), to: &bytes)
        case .text(let value):
            Self.append(UInt32(8), to: &bytes)
            Self.append(Array(value.utf8), to: &bytes)
        case .texts(let values):
            Self.appendList(8, values.count, to: &bytes)
            for value in values { Self.append(value, to: &bytes) }
        case .numbers(let values):
            Self.appendList(6, values.count, to: &bytes)
            for value in values { Self.append(value.bitPattern, to: &bytes) }
        case .integers(let values):
            Self.appendList(5, values.count, to: &bytes)
            for value in values { Self.append(value, to: &bytes) }
        case .stored(let value): bytes += value
        }
    }

    /// A number, lowest byte first.
    static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    /// A text: its length, then its bytes.
    static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        append(UInt64(text.count), to: &bytes)
        bytes += text
    }

    private static func append(_ type: UInt32, _ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        append(type, to: &bytes)
        append(value, to: &bytes)
    }

    private static func appendList(_ type: UInt32, _ count: Int, to bytes: inout [UInt8]) {
        append(UInt32(9), to: &bytes)
        append(type, to: &bytes)
        append(UInt64(count), to: &bytes)
    }
}
