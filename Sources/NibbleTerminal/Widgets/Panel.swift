/// A frame with rounded corners, the title in its top border and one fact at the right end.
///
/// Focus shows three ways: border in D, `▸` in A, bold title.
public struct Panel: Widget {
    /// The name, in slot 5.
    public var title: String
    /// What follows the title, muted unless styled.
    public var context: [Span]
    /// One fact at the right end of the top border, in one or more wordings: the first that fits is drawn.
    public var facts: [[Span]]
    /// True when keys go here.
    public var isFocused: Bool
    /// The scroll position shown in the right border, if any.
    public var scroll: ScrollBar?

    /// A panel with a title; context and fact are runs, so that they may have colours of their own.
    public init(
        title: String, context: [Span] = [], fact: [Span] = [], isFocused: Bool = false,
        scroll: ScrollBar? = nil
    ) {
        self.init(title: title, context: context, facts: [fact], isFocused: isFocused, scroll: scroll)
    }

    /// A panel whose fact has several wordings, the longest first.
    public init(
        title: String, context: [Span] = [], facts: [[Span]], isFocused: Bool = false,
        scroll: ScrollBar? = nil
    ) {
        self.title = title
        self.context = context
        self.facts = facts
        self.isFocused = isFocused
        self.scroll = scroll
    }

    /// Where the content goes: inside the frame, three columns from it (two in a narrow panel).
    public static func content(of rect: Rect) -> Rect {
        let margin = rect.width < 44 ? 2 : 3
        return rect.inset(left: margin, top: 1, right: margin, bottom: 1)
    }

    /// Where rows that reach from border to border go (a chosen row's background).
    public static func interior(of rect: Rect) -> Rect { rect.inset(1, 1) }

    /// Draws the frame and its border texts; the interior stays as it is.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let border = Style(foreground: isFocused ? theme.focus : theme.frame)
        Self.drawFrame(in: &canvas, rect: rect, style: border)
        canvas.clipped(to: rect.inset(left: 2, top: 0, right: 2, bottom: 0)) { canvas in
            let used = drawTitle(in: &canvas, rect: rect, theme: theme)
            drawFact(in: &canvas, rect: rect, theme: theme, free: rect.width - 5 - used)
        }
        scroll?.draw(
            in: &canvas, rect: Rect(rect.right - 1, rect.y + 1, 1, rect.height - 2), theme: theme,
            thumb: border.colored(theme.focus))
    }

    /// Draws a frame with rounded corners.
    public static func drawFrame(in canvas: inout Canvas, rect: Rect, style: Style) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let right = rect.right - 1
        let bottom = rect.bottom - 1
        for y in [rect.y, bottom] {
            canvas.horizontalLine(from: Point(rect.x + 1, y), length: rect.width - 2, style: style)
        }
        for x in [rect.x, right] {
            canvas.verticalLine(from: Point(x, rect.y + 1), length: rect.height - 2, style: style)
        }
        canvas.draw("╭", at: rect.origin, style: style)
        canvas.draw("╮", at: Point(right, rect.y), style: style)
        canvas.draw("╰", at: Point(rect.x, bottom), style: style)
        canvas.draw("╯", at: Point(right, bottom), style: style)
    }

    private func drawTitle(in canvas: inout Canvas, rect: Rect, theme: Theme) -> Int {
        guard !title.isEmpty || !context.isEmpty else { return 0 }
        var spans = [Span(" ", Style())]
        if isFocused { spans.append(Span("▸ ", theme.style(.yellow).bold)) }
        spans.append(Span(title, isFocused ? theme.strong : theme.plain))
        if !context.isEmpty { spans.append(Span("  ", Style())) }
        spans += context.map { $0.style == Style() ? Span($0.text, theme.mutedStyle) : $0 }
        spans.append(Span(" ", Style()))
        return canvas.draw(spans, at: Point(rect.x + 2, rect.y), width: max(0, rect.width - 4))
    }

    private func drawFact(in canvas: inout Canvas, rect: Rect, theme: Theme, free: Int) {
        let columns = { (fact: [Span]) in fact.reduce(2) { $0 + $1.text.columns } }
        guard let fact = facts.first(where: { !$0.isEmpty && columns($0) <= free }) else { return }
        let spans = fact.map { $0.style == Style() ? Span($0.text, theme.mutedStyle) : $0 }
        let blank = [Span(" ", Style())]
        canvas.draw(blank + spans + blank, at: Point(rect.right - 2 - columns(fact), rect.y))
    }
}
