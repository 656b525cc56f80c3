/// Printable ASCII characters, 0x20 … 0x7E, as bits.
struct CharacterBits: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// What names of layers are made of.
    static let printable: ClosedRange<UInt8> = 0x20...0x7E

    /// All of them.
    static let all = CharacterBits(printable)

    /// None.
    init() {}

    /// A range of characters, as far as they are printable.
    init(_ range: ClosedRange<UInt8>) {
        for byte in range where Self.printable.contains(byte) { insert(byte) }
    }

    /// Adds a character.
    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
    }

    /// Adds the characters of another set.
    mutating func formUnion(_ other: CharacterBits) {
        low |= other.low
        high |= other.high
    }

    /// Whether it holds a character, one below 0x80.
    func contains(_ byte: UInt8) -> Bool {
        (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
    }

    /// All printable characters that it lacks.
    var inverted: CharacterBits {
        var result = Self.all
        result.low &= ~low
        result.high &= ~high
        return result
    }

    /// The only character; nil for none or several.
    var only: UInt8? {
        guard low.nonzeroBitCount + high.nonzeroBitCount == 1 else { return nil }
        return UInt8(low != 0 ? low.trailingZeroBitCount : 64 + high.trailingZeroBitCount)
    }
}

/// A regular expression taken apart.
indirect enum PatternTree: Sendable {
    /// One of some characters.
    case characters(CharacterBits)
    /// The beginning of the name.
    case start
    /// The end of the name.
    case end
    /// One after the other; none for the empty pattern.
    case sequence([PatternTree])
    /// One of several.
    case choice([PatternTree])
    /// So many times, or more where there is no most.
    case repeated(PatternTree, least: Int, most: Int?)

    /// The only text that matches as a whole; nil where several may.
    var literal: String? {
        switch self {
        case .characters(let characters):
            return characters.only.map { String(UnicodeScalar($0)) }
        case .sequence(let parts):
            var text = ""
            for part in parts {
                guard let piece = part.literal else { return nil }
                text += piece
            }
            return text
        case .start, .end, .choice, .repeated: return nil
        }
    }
}
