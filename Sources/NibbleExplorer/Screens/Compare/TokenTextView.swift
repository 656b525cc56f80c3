import NibbleEvaluation
import NibbleTerminal

/// One side of the comparison: the text of a model, token by token, with those that differ marked.
struct TokenTextView {
    /// The text of each token.
    let texts: [String]
    /// Whether the two sides differ at a token.
    let differs: [Bool]
    /// The first token that differs.
    let firstSplit: Int?
    /// The token under the cursor; nil shows none and keeps the end in sight.
    let cursor: Int?
    /// The colour of this side.
    let color: Color
    /// How tokens that differ are marked.
    let mark: Style
    /// Whether line starts carry the number of their token.
    let isNumbered: Bool
    /// Whether more is being written.
    let isStreaming: Bool
    let theme: Theme
    /// Lines that the end was scrolled away from, where there is no cursor.
    var linesBack = 0

    /// How the token under the cursor looks.
    var cursorStyle: Style { Style(foreground: theme.ink(on: color), background: color).bold.highlight }

    /// Columns left of a numbered text.
    static let gutter = 8

    /// Draws the lines around the cursor, or the last ones.
    func draw(in canvas: inout Canvas, rect: Rect, flow: TokenFlow) {
        let last = max(0, flow.ranges.count - rect.height)
        let first = min(max(0, cursor.map { flow.line(of: $0) - rect.height / 2 } ?? last - linesBack), last)
        canvas.clipped(to: rect) { canvas in
            for (row, range) in flow.ranges.dropFirst(first).prefix(rect.height).enumerated() {
                draw(range, in: &canvas, line: rect.row(row))
            }
        }
    }

    private func draw(_ range: Range<Int>, in canvas: inout Canvas, line: Rect) {
        var x = line.x
        if isNumbered {
            if let firstSplit, range.contains(firstSplit) {
                canvas.draw("◆", at: line.origin, style: theme.style(.orange).bold)
            }
            canvas.draw(
                "\(range.lowerBound + 1)", at: Point(line.x + 2, line.y), style: theme.mutedStyle, width: 4,
                alignment: .trailing)
            x += Self.gutter
        }
        for index in range where index < texts.count {
            var text = TokenFlow.shown(texts[index])
            if index == range.lowerBound { text = String(text.drop(while: \.isWhitespace)) }
            let columns = drawToken(text, index, at: Point(x, line.y), in: &canvas)
            if cursor != nil {
                canvas.answer(
                    in: Rect(x, line.y, columns, 1),
                    click: { state, _ in state.workspace?.comparison.cursor = index })
            }
            x += columns
        }
        // The other side may be ahead: what is written next goes behind this side's own last token.
        if isStreaming, range.contains(max(0, texts.count - 1)) {
            canvas.draw("▌", at: Point(x, line.y), style: Style(foreground: color))
        }
    }

    /// Draws a token; blanks before a marked word stay unmarked.
    private func drawToken(_ text: String, _ index: Int, at point: Point, in canvas: inout Canvas) -> Int {
        let isMarked = index < differs.count && differs[index]
        guard isMarked || index == cursor else { return canvas.draw(text, at: point, style: theme.plain) }
        let blanks = text.prefix(while: { $0 == " " }).count
        let word =
            blanks == text.count
            ? String(repeating: "␣", count: max(1, blanks)) : String(text.dropFirst(blanks))
        let start = blanks == text.count ? 0 : blanks
        if index == cursor { canvas.placeCursor(at: Point(point.x + start, point.y)) }
        let style =
            index == cursor
            ? cursorStyle
            : index == firstSplit ? mark.colored(theme[.orange]) : mark
        return start + canvas.draw(word, at: Point(point.x + start, point.y), style: style)
    }
}
