/// Where the bits of packed rows go, in the order of the bytes: the fields of one block, or of one row where rows have no blocks.
public struct FormatRecord: Hashable, Sendable {
    /// What repeats.
    public enum Unit: String, Hashable, Sendable {
        /// A block of a fixed number of weights; rows are whole blocks.
        case block
        /// A whole row.
        case row
    }

    /// What repeats.
    public let unit: Unit
    /// Weights of one block or row.
    public let weights: Int
    /// Its fields.
    public let fields: [FormatField]
    /// What the whole tensor has once.
    public let shared: [FormatField]

    init(unit: Unit, weights: Int, fields: [FormatField], shared: [FormatField] = []) {
        self.unit = unit
        self.weights = weights
        self.fields = fields
        self.shared = shared
    }

    /// Bytes of one block or row.
    public var byteCount: Int { (fields.reduce(0) { $0 + $1.bits } + 7) / 8 }

    /// Bits of one block or row that hold something.
    public func bits(of content: FormatField.Content) -> Int {
        fields.reduce(0) { $0 + $1.parts.reduce(0) { $0 + ($1.content == content ? $1.bits : 0) } }
    }

    /// The bytes of each field, from 0.
    public var byteRanges: [Range<Int>] {
        var start = 0
        return fields.map { field in
            let end = start + field.bits
            defer { start = end }
            return start / 8..<(end + 7) / 8
        }
    }
}

/// A run of bits that has a name.
public struct FormatField: Hashable, Sendable {
    /// What bits are for.
    public enum Content: String, CaseIterable, Hashable, Sendable {
        /// Weights themselves.
        case codes
        /// What codes are multiplied by.
        case scales
        /// Minima or zero points.
        case minima
        /// What only fills a byte or a block.
        case padding
    }

    /// Numbers of one kind in a field.
    public struct Part: Hashable, Sendable {
        /// What they are for.
        public let content: Content
        /// How many there are.
        public let count: Int
        /// Bits of each.
        public let width: Int
        /// How each is to be read, such as `f16`; empty for whole numbers.
        public let type: String

        init(_ content: Content, _ count: Int, width: Int, type: String = "") {
            self.content = content
            self.count = count
            self.width = width
            self.type = type
        }

        /// Bits of all.
        public var bits: Int { count * width }
        /// “f16”, “4096 × 4 bits”.
        public var text: String {
            let one = type.isEmpty ? width == 1 ? "1 bit" : "\(width) bits" : type
            return count == 1 ? one : "\(count) × \(one)"
        }
    }

    /// The name in the definition.
    public let name: String
    /// What it holds, in the order of the bits.
    public let parts: [Part]
    /// What it means, and how its bits are ordered.
    public let meaning: String

    init(_ name: String, _ parts: [Part], _ meaning: String) {
        self.name = name
        self.parts = parts
        self.meaning = meaning
    }

    /// Bits of the whole field.
    public var bits: Int { parts.reduce(0) { $0 + $1.bits } }
    /// “256 × 4 bits”; with what it is where a field holds several things: “8 × 6 bits scales, 8 × 6 bits minima”.
    public var size: String {
        let isMixed = Set(parts.map(\.content)).count > 1
        return parts.map { isMixed ? "\($0.text) \($0.content.rawValue)" : $0.text }.joined(separator: ", ")
    }
}

extension FormatField {
    /// A scale as f16.
    static func half(_ name: String, _ meaning: String) -> FormatField {
        FormatField(name, [.init(.scales, 1, width: 16, type: "f16")], meaning)
    }

    /// A minimum as f16.
    static func halfMinimum(_ name: String, _ meaning: String) -> FormatField {
        FormatField(name, [.init(.minima, 1, width: 16, type: "f16")], meaning)
    }

    /// Codes of so many bits each.
    static func codes(_ name: String, _ count: Int, bits: Int, _ meaning: String) -> FormatField {
        FormatField(name, [.init(.codes, count, width: bits)], meaning)
    }

    /// Whole-number scales of so many bits each.
    static func scales(_ name: String, _ count: Int, bits: Int, _ meaning: String) -> FormatField {
        FormatField(name, [.init(.scales, count, width: bits)], meaning)
    }
}
