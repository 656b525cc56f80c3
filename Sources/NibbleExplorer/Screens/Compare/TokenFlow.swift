import NibbleTerminal

/// Breaks a row of tokens into lines, at the same tokens for every text shown side by side.
///
/// A token that starts with white space starts a word; a word that doesn't fit goes to the next line; a newline
/// inside a token ends the line after it. Each token takes the columns of its longest alternative, so that texts
/// compared side by side break alike.
struct TokenFlow {
    /// Lines of the first alternative, and the token ranges that all share.
    let ranges: [Range<Int>]

    /// - Parameter alternatives: for every token its text in each of the compared columns.
    init(_ alternatives: [[String]], width: Int) {
        var ranges: [Range<Int>] = []
        var start = 0
        var columns = 0
        var index = 0
        let widths = alternatives.map { $0.map { Self.shown($0).columns }.max() ?? 0 }
        while index < alternatives.count {
            let end = Self.wordEnd(alternatives, from: index)
            let word = widths[index..<end].reduce(0, +)
            if columns > 0, columns + word > width {
                ranges.append(start..<index)
                (start, columns) = (index, 0)
            }
            if word > width, let fitting = Self.fitting(widths[index..<end], width: width), fitting < end {
                ranges.append(start..<fitting)
                (start, columns, index) = (fitting, 0, fitting)
                continue
            }
            columns += word
            index = end
            if alternatives[end - 1].first?.contains("\n") == true {
                ranges.append(start..<end)
                (start, columns) = (end, 0)
            }
        }
        if start < alternatives.count { ranges.append(start..<alternatives.count) }
        self.ranges = ranges
    }

    /// A token as it is drawn: newlines left out, tabs as blanks.
    static func shown(_ text: String) -> String {
        text.contains(where: \.isNewline) || text.contains("\t")
            ? String(text.compactMap { $0.isNewline ? nil : $0 == "\t" ? " " : $0 }) : text
    }

    /// The line that holds a token.
    func line(of token: Int) -> Int { ranges.firstIndex { $0.contains(token) } ?? max(0, ranges.count - 1) }

    /// The token of another line that stands nearest to the column of a token.
    func token(below token: Int, inLine line: Int, _ texts: [String]) -> Int {
        func columns(_ index: Int) -> Int { index < texts.count ? Self.shown(texts[index]).columns : 0 }
        let before = ranges[self.line(of: token)].prefix { $0 < token }
        let column = before.reduce(0) { $0 + columns($1) }
        var reached = 0
        for index in ranges[line] {
            reached += columns(index)
            if reached > column { return index }
        }
        return ranges[line].upperBound - 1
    }

    private static func wordEnd(_ alternatives: [[String]], from start: Int) -> Int {
        var end = start
        repeat {
            if alternatives[end].first?.contains("\n") == true { return end + 1 }
            end += 1
        } while end < alternatives.count && alternatives[end].first?.first?.isWhitespace != true
        return end
    }

    /// How many tokens of a word that is longer than a line go on one line, at least one.
    private static func fitting(_ widths: ArraySlice<Int>, width: Int) -> Int? {
        var columns = 0
        for index in widths.indices {
            columns += widths[index]
            if columns > width { return max(index, widths.startIndex + 1) }
        }
        return nil
    }
}
