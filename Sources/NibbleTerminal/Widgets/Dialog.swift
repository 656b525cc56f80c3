/// A box over the screen, with a title and a row of hints in its lower border.
public struct Dialog: Widget {
    /// The title.
    public var title: String
    /// The columns and rows its content wants.
    public var contentSize: Size
    /// Keys shown in the lower border.
    public var hints: [Footer.Hint]

    /// A dialog for a content of a size.
    public init(title: String, contentSize: Size, hints: [Footer.Hint] = []) {
        self.title = title
        self.contentSize = contentSize
        self.hints = hints
    }

    /// Where the box stands when drawn in `rect`: in the middle, smaller when there is no room.
    public func frame(in rect: Rect) -> Rect {
        rect.centered(Size(contentSize.width + 6, contentSize.height + 4))
    }

    /// Where the content goes.
    public func content(in rect: Rect) -> Rect {
        let frame = frame(in: rect)
        let rows = frame.height >= contentSize.height + 4 ? 2 : 1
        let columns = frame.width >= contentSize.width + 6 ? 3 : 2
        return frame.inset(columns, rows)
    }

    /// Dims what is below and draws the empty box.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        canvas.restyle(rect) { style in
            style.foreground = style.foreground?.mixed(with: theme.background, 0.55)
            style.background = style.background?.mixed(with: theme.background, 0.55)
            style.attributes.subtract(.bold)
            style.attributes.formUnion(.dim)
        }
        let frame = frame(in: rect)
        canvas.fill(frame, style: Style(foreground: theme.text, background: theme.background))
        Panel(title: title, isFocused: true).draw(in: &canvas, rect: frame, theme: theme)
        guard !hints.isEmpty, frame.height > 2 else { return }
        canvas.clipped(to: frame.inset(left: 2, top: 0, right: 2, bottom: 0)) { canvas in
            let spans = hints.flatMap {
                [Span(" \($0.key)", theme.style(.yellow).bold), Span(" \($0.action) ", theme.mutedStyle)]
            }
            canvas.draw(spans, at: Point(frame.x + 2, frame.bottom - 1), width: max(0, frame.width - 4))
        }
    }
}

/// A list with one chosen row: slot 2 behind it and `▌` at its left.
public struct PickerList: Widget {
    /// One row.
    public struct Row: Hashable, Sendable {
        /// The text at the left; plain style means soft.
        public var leading: [Span]
        /// The text at the right; plain style means muted.
        public var trailing: [Span]
        /// False for a heading or something that can't be chosen.
        public var isEnabled: Bool

        /// A row of runs.
        public init(_ leading: [Span], trailing: [Span] = [], isEnabled: Bool = true) {
            self.leading = leading
            self.trailing = trailing
            self.isEnabled = isEnabled
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

    /// The row drawn at a place (for a click), or nil.
    public func index(at point: Point, in rect: Rect) -> Int? {
        guard rect.contains(point) else { return nil }
        let index = firstVisible(height: rect.height) + point.y - rect.y
        return index < rows.count ? index : nil
    }

    /// Draws the rows in sight, and a scroll bar in the rightmost column when there are more.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let first = firstVisible(height: rect.height)
        let needsBar = rows.count > rect.height
        for (line, index) in (first..<max(first, min(rows.count, first + rect.height))).enumerated() {
            let row = Rect(rect.x, rect.y + line, rect.width - (needsBar ? 2 : 0), 1)
            draw(rows[index], chosen: index == selected, in: &canvas, row: row, theme: theme)
        }
        ScrollBar(total: rows.count, visible: rect.height, offset: first)
            .draw(in: &canvas, rect: Rect(rect.right - 1, rect.y, 1, rect.height), theme: theme)
    }

    private func draw(_ row: Row, chosen: Bool, in canvas: inout Canvas, row rect: Rect, theme: Theme) {
        if chosen {
            canvas.background(rect, theme.bar)
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
