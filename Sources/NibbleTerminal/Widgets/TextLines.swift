/// A text as it is shown in so many columns: broken at newlines, between words, and inside words that are too long.
public struct TextLines: Hashable, Sendable {
    /// The characters of each line, without the newline behind it.
    public let ranges: [Range<Int>]
    private let characters: [Character]

    /// Breaks a text; there is always one line at least.
    public init(_ characters: [Character], width: Int) {
        var ranges: [Range<Int>] = []
        var (start, columns) = (0, 0)
        // Where the line may be broken, and the columns up to there.
        var word: (start: Int, columns: Int)?
        for (index, character) in characters.enumerated() {
            guard character != "\n" else {
                ranges.append(start..<index)
                (start, columns, word) = (index + 1, 0, nil)
                continue
            }
            let own = Self.columns(of: character)
            // Blanks hang over the end, as nobody sees them.
            if columns + own > max(1, width), columns > 0, character != " " {
                let end = word?.start ?? index
                ranges.append(start..<end)
                columns -= word?.columns ?? columns
                (start, word) = (end, nil)
            }
            columns += own
            if character == " " { word = (index + 1, columns) }
        }
        ranges.append(start..<characters.count)
        (self.ranges, self.characters) = (ranges, characters)
    }

    /// The line and the column of an insertion point; between two lines it is at the beginning of the second.
    public func place(of cursor: Int) -> (line: Int, column: Int) {
        var (low, high) = (0, ranges.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound <= cursor { low = middle } else { high = middle }
        }
        return (low, columns(ranges[low].lowerBound..<max(ranges[low].lowerBound, cursor)))
    }

    /// The insertion point of a line that is nearest to a column.
    public func index(atColumn column: Int, line: Int) -> Int {
        guard ranges.indices.contains(line) else { return line < 0 ? 0 : characters.count }
        let range = ranges[line]
        // The end of a line that is broken between words belongs to the next.
        let isSoft = line + 1 < ranges.count && ranges[line + 1].lowerBound == range.upperBound
        let last = isSoft ? max(range.lowerBound, range.upperBound - 1) : range.upperBound
        var columns = 0
        for index in range.lowerBound..<last {
            let own = Self.columns(of: characters[index])
            if columns + own > column { return index }
            columns += own
        }
        return last
    }

    /// The characters of a line.
    public func text(ofLine line: Int) -> String { String(characters[ranges[line]]) }

    private func columns(_ range: Range<Int>) -> Int {
        characters[range.clamped(to: 0..<characters.count)].reduce(0) { $0 + Self.columns(of: $1) }
    }

    private static func columns(of character: Character) -> Int {
        character.isASCII ? 1 : String(character).columns
    }
}
