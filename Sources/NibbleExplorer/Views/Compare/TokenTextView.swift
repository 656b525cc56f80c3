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

    /// Columns left of a numbered text.
    static let gutter = 8

    /// Draws the lines around the cursor, or the last ones.
    func draw(in canvas: inout Canvas, rect: Rect, flow: TokenFlow) {
        let focus = cursor.map(flow.line(of:)) ?? max(0, flow.ranges.count - 1)
        let first = min(
            max(0, focus - (cursor == nil ? rect.height - 1 : rect.height / 2)),
            max(0, flow.ranges.count - rect.height))
        canvas.clipped(to: rect) { canvas in
            for (row, range) in flow.ranges.dropFirst(first).prefix(rect.height).enumerated() {
                draw(range, isLast: first + row == flow.ranges.count - 1, in: &canvas, line: rect.row(row))
            }
        }
    }

    private func draw(_ range: Range<Int>, isLast: Bool, in canvas: inout Canvas, line: Rect) {
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
            x += drawToken(text, index, at: Point(x, line.y), in: &canvas)
        }
        if isLast, isStreaming { canvas.draw("▌", at: Point(x, line.y), style: Style(foreground: color)) }
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
        let style =
            index == cursor
            ? Style(foreground: theme.ink(on: color), background: color).bold
            : index == firstSplit ? mark.colored(theme[.orange]) : mark
        return start + canvas.draw(word, at: Point(point.x + start, point.y), style: style)
    }
}

/// What both sides of the comparison show, made from its newest state.
struct ComparisonTexts {
    let original: ContestantProgress?
    let plan: ContestantProgress?
    let mode: ComparisonMode
    let firstSplit: Int?

    init(_ comparison: Comparison) {
        original = comparison.snapshot?.contestants.first
        plan = comparison.planProgress
        mode = comparison.requested?.mode ?? comparison.mode
        firstSplit = plan?.records.firstIndex { !$0.agrees }
    }

    /// Whether the sides differ at each token; after a split of free-running texts every token differs.
    var differs: [Bool] { plan?.records.map { !$0.agrees } ?? [] }

    /// The lines of each side: broken alike along one text, on their own where each writes its own.
    func flows(width: Int) -> (original: TokenFlow, plan: TokenFlow) {
        let left = original?.records.map(\.text) ?? []
        let right = plan?.records.map(\.text) ?? []
        guard mode == .teacherForced else {
            return (TokenFlow(left.map { [$0] }, width: width), TokenFlow(right.map { [$0] }, width: width))
        }
        let flow = TokenFlow(
            left.indices.map { $0 < right.count ? [left[$0], right[$0]] : [left[$0]] }, width: width)
        return (flow, flow)
    }

    /// Draws one side.
    func view(ofPlan isPlan: Bool, comparison: Comparison, isNumbered: Bool, cursor: Int?, theme: Theme)
        -> TokenTextView
    {
        let progress = isPlan ? plan : original
        let color = isPlan ? theme.plan : theme.original
        let markSlot: Slot = isPlan ? .red : .blue
        return TokenTextView(
            texts: progress?.records.map(\.text) ?? [], differs: differs, firstSplit: firstSplit,
            cursor: cursor,
            color: color,
            mark: Style(foreground: theme[markSlot], background: theme.tint(markSlot, 0.22)).bold.underline,
            isNumbered: isNumbered, isStreaming: comparison.isRunning && progress?.finished == nil,
            theme: theme)
    }
}
