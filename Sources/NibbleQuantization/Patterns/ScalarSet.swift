/// A set of characters as a class of a pattern writes it: what makes it up, asked one Unicode scalar at a time.
indirect enum ScalarSet: Sendable {
    /// All from one to another.
    case range(ClosedRange<UInt32>)
    /// Those that Unicode says something of.
    case property(@Sendable (Unicode.Scalar) -> Bool)
    /// Those in any of some sets.
    case union([ScalarSet])
    /// Those in both of two sets.
    case intersection(ScalarSet, ScalarSet)
    /// Those that a set lacks.
    case inverted(ScalarSet)
    /// Those that a set holds as a capital or as a small letter, by the simple case mappings of Unicode.
    case caseless(ScalarSet)

    /// One character.
    static func single(_ scalar: Unicode.Scalar) -> ScalarSet { .range(scalar.value...scalar.value) }

    /// Whether it holds a character.
    func contains(_ value: UInt32) -> Bool {
        switch self {
        case .range(let range): range.contains(value)
        case .property(let holds): Unicode.Scalar(value).map(holds) ?? false
        case .union(let sets): sets.contains { $0.contains(value) }
        case .intersection(let one, let other): one.contains(value) && other.contains(value)
        case .inverted(let set): !set.contains(value)
        case .caseless(let set): Self.caseVariants(of: value).contains { set.contains($0) }
        }
    }

    /// The only character; nil where there may be others.
    var only: Unicode.Scalar? {
        switch self {
        case .range(let range): range.count == 1 ? Unicode.Scalar(range.lowerBound) : nil
        case .caseless(let set):
            set.only.flatMap { Self.caseVariants(of: $0.value).allSatisfy(set.contains) ? $0 : nil }
        case .union(let sets): sets.count == 1 ? sets[0].only : nil
        case .property, .intersection, .inverted: nil
        }
    }

    /// A character, and what it is as a small letter and as a capital.
    private static func caseVariants(of value: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(value) else { return [value] }
        func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            single(scalar.properties.lowercaseMapping) ?? scalar
        }
        func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            single(scalar.properties.uppercaseMapping) ?? scalar
        }
        func single(_ text: String) -> Unicode.Scalar? {
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
        }
        return [scalar, lower(scalar), upper(scalar), lower(upper(scalar))].map(\.value)
    }
}

/// A set ready to be asked often: one bit for each ASCII character, the set itself for others.
struct ScalarTest: Sendable {
    private let low: UInt64
    private let high: UInt64
    private let set: ScalarSet

    /// Asks a set for all ASCII characters.
    init(_ set: ScalarSet) {
        func bits(from first: UInt32) -> UInt64 {
            (0..<64).reduce(0) { bits, place in
                set.contains(first + place) ? bits | 1 << UInt64(place) : bits
            }
        }
        (low, high, self.set) = (bits(from: 0), bits(from: 64), set)
    }

    /// Whether the set holds a character.
    func contains(_ value: UInt32) -> Bool {
        switch value {
        case 0..<64: low >> UInt64(value) & 1 == 1
        case 64..<128: high >> UInt64(value & 63) & 1 == 1
        default: set.contains(value)
        }
    }
}
