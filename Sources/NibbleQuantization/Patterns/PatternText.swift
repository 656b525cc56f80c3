/// A name as it is matched: its characters, and which conditions of a pattern hold before, between and after them.
struct PatternText {
    /// The Unicode scalars.
    private(set) var scalars: [UInt32] = []
    /// For each place the conditions that hold, one bit each; empty where the pattern has none.
    private(set) var conditions: [UInt64] = []

    /// Takes in another name.
    mutating func read(_ name: String, hasConditions: Bool) {
        scalars.removeAll(keepingCapacity: true)
        var name = name
        let isASCII = name.withUTF8 { bytes in
            scalars.reserveCapacity(bytes.count)
            for byte in bytes { scalars.append(UInt32(byte)) }
            return bytes.allSatisfy { $0 < 0x80 }
        }
        if !isASCII { scalars = name.unicodeScalars.map(\.value) }
        conditions.removeAll(keepingCapacity: true)
        if hasConditions { conditions.append(contentsOf: repeatElement(0, count: scalars.count + 1)) }
    }

    /// Notes that a condition holds at a place.
    mutating func note(_ condition: Int, at place: Int) { conditions[place] |= 1 << UInt64(condition) }

    /// Whether a condition that looks at the characters beside a place holds there.
    func holds(_ condition: PatternCondition, at place: Int) -> Bool {
        switch condition {
        case .textStart: place == 0
        case .textEnd: place == scalars.count
        case .lastLineEnd:
            place == scalars.count
                || isLineEnd(place)
                    && (place == scalars.count - 1 || place == scalars.count - 2 && isInLineEnd(place + 1))
        case .lineStart:
            place == 0 || place < scalars.count && isLineEnd(place - 1) && !isInLineEnd(place)
        case .lineEnd: place == scalars.count || isLineEnd(place)
        case .wordBoundary(let isWanted): (isWord(place - 1) != isWord(place)) == isWanted
        case .text: false
        }
    }

    private func isWord(_ index: Int) -> Bool {
        scalars.indices.contains(index) && Self.word.contains(scalars[index])
    }

    /// Whether a line ends before the character of a number; never between `\r` and `\n`.
    private func isLineEnd(_ index: Int) -> Bool {
        scalars.indices.contains(index) && ScalarSet.lineEnds.contains(scalars[index]) && !isInLineEnd(index)
    }

    /// Whether a place lies between `\r` and `\n`.
    private func isInLineEnd(_ place: Int) -> Bool {
        place > 0 && place < scalars.count && scalars[place - 1] == 0x0D && scalars[place] == 0x0A
    }

    private static let word = ScalarTest(.wordCharacters)
}
