/// A list with one chosen row: slot 2 behind it and `▌` at its left.
public struct PickerList: Widget {
    /// One row.
    public struct Row: Sendable {
        /// The text at the left; plain style means soft.
        public var leading: [Span]
        /// The text at the right; plain style means muted.
        public var trailing: [Span]
        /// False for a heading or something that can't be chosen.
        public var isEnabled: Bool
        /// What answers to a click on it, if anything (see `Canvas.place`).
        public var target: (any Sendable)?

        /// A row of runs.
        public init(
            _ leading: [Span], trailing: [Span] = [], isEnabled: Bool = true,
            target: (any Sendable)? = nil
        ) {
            self.leading = leading
            self.trailing = trailing
            self.isEnabled = isEnabled
            self.target = target
        }

        /// A row of plain text.
        public init(_ text: String, trailing: String = "", isEnabled: Bool = true) {
            self.init(
                [Span(text, Style())], trailing: trailing.isEmpty ? [] : [Span(trailing, Style())],
                isEnabled: isEnabled)
        }
    }

    /// The rows.
    public var rows: [Row]
    /// The chosen row, or nil.
    public var selected: Int?
    /// The first row in sight.
    public var offset: Int

    /// A list; `offset` may be anything, drawing keeps the chosen row in sight.
    public init(rows: [Row], selected: Int? = nil, offset: Int = 0) {
        self.rows = rows
        self.selected = selected
        self.offset = offset
    }

    /// The first row that drawing in so many rows shows.
    public func firstVisible(height: Int) -> Int {
        ScrollBar.offset(showing: selected ?? offset, from: offset, visible: height, total: rows.count)
    }

    /// Draws the rows in sight, and a scroll bar in the rightmost column when there are more.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let first = firstVisible(height: rect.height)
        let needsBar = rows.count > rect.height
        for (line, index) in (first..<max(first, min(rows.count, first + rect.height))).enumerated() {
            let row = Rect(rect.x, rect.y + line, rect.width - (needsBar ? 2 : 0), 1)
            draw(rows[index], chosen: index == selected, in: &canvas, row: row, theme: theme)
            if let target = rows[index].target { canvas.place(target, in: row) }
        }
        ScrollBar(total: rows.count, visible: rect.height, offset: first)
            .draw(in: &canvas, rect: Rect(rect.right - 1, rect.y, 1, rect.height), theme: theme)
    }

    private func draw(_ row: Row, chosen: Bool, in canvas: inout Canvas, row rect: Rect, theme: Theme) {
        if chosen {
            canvas.highlight(rect, theme.bar)
            canvas.placeCursor(at: rect.origin)
            canvas.draw("▌", at: rect.origin, style: Style(foreground: theme.focus))
        }
        let plain = chosen ? theme.strong : row.isEnabled ? theme.softStyle : theme.mutedStyle
        let quiet = chosen ? theme.mutedOnBarStyle : theme.mutedStyle
        func styled(_ spans: [Span], _ style: Style) -> [Span] {
            spans.map { $0.style == Style() ? Span($0.text, style) : $0 }
        }
        let trailing = styled(row.trailing, quiet)
        let columns = min(trailing.reduce(0) { $0 + $1.text.columns }, max(0, rect.width - 4))
        canvas.draw(
            styled(row.leading, plain), at: Point(rect.x + 2, rect.y),
            width: max(0, rect.width - 3 - columns - (columns > 0 ? 2 : 0)))
        canvas.draw(trailing, at: Point(rect.right - 1 - columns, rect.y), width: columns)
    }
}
