/// The top row: logo chip, model, tabs, facts at the right; parts are shed when there is no room.
public struct Header: Widget {
    /// One tab: a screen and the key that opens it.
    public struct Tab: Hashable, Sendable {
        /// The key, a digit.
        public var key: String
        /// The screen's name.
        public var name: String

        /// A tab.
        public init(key: String, name: String) {
            self.key = key
            self.name = name
        }
    }

    /// The model's name, in bold.
    public var title: String
    /// What follows the name, muted.
    public var context: String
    /// The screens.
    public var tabs: [Tab]
    /// The index of the screen that is shown, or nil.
    public var selected: Int?
    /// Facts at the right, the most needed first; the last are shed first.
    ///
    /// Plain style means muted.
    public var facts: [[Span]]

    /// A header.
    public init(
        title: String, context: String = "", tabs: [Tab] = [], selected: Int? = nil, facts: [[Span]] = []
    ) {
        self.title = title
        self.context = context
        self.tabs = tabs
        self.selected = selected
        self.facts = facts
    }

    /// Draws the first row of `rect`.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let row = rect.row(0)
        canvas.fill(row, style: Style(foreground: theme.text, background: theme.bar))
        canvas.clipped(to: row) { canvas in
            let pieces = fitting(width: row.width, theme: theme)
            var x = row.x + canvas.draw(pieces.left, at: row.origin, width: row.width)
            for (index, tab) in tabs.enumerated() {
                let spans = self.spans(of: tab, index: index, short: pieces.shortTabs, theme: theme)
                x += canvas.draw(spans, at: Point(x, row.y), width: max(0, row.right - x))
            }
            let width = Self.columns(pieces.right)
            if width <= row.right - x - 1 {
                canvas.draw(pieces.right, at: Point(row.right - width - 1, row.y))
            }
        }
    }

    private struct Pieces {
        var left: [Span]
        var right: [Span]
        var shortTabs: Bool
    }

    /// Sheds context, then the least needed facts, then the names of other tabs, then facts again.
    private func fitting(width: Int, theme: Theme) -> Pieces {
        let counts = Array((0...facts.count).reversed())
        let wanted =
            [(context: true, facts: facts.count, short: false)]
            + counts.filter { $0 >= 1 }.map { (context: false, facts: $0, short: false) }
            + counts.map { (context: false, facts: $0, short: true) }
        for choice in wanted {
            let pieces = Pieces(
                left: left(withContext: choice.context, theme),
                right: right(Array(facts.prefix(choice.facts)), theme), shortTabs: choice.short)
            if columns(pieces, theme) <= width { return pieces }
        }
        return Pieces(left: left(withContext: false, theme), right: [], shortTabs: true)
    }

    private func columns(_ pieces: Pieces, _ theme: Theme) -> Int {
        let middle = tabs.enumerated().reduce(0) { sum, tab in
            sum
                + Self.columns(
                    spans(of: tab.element, index: tab.offset, short: pieces.shortTabs, theme: theme))
        }
        return Self.columns(pieces.left) + middle + Self.columns(pieces.right) + 2
    }

    private func left(withContext: Bool, _ theme: Theme) -> [Span] {
        let chip = Style(foreground: theme.ink(on: theme.original), background: theme.original).bold
        var spans = [Span("▝▖", Style(foreground: theme.original, background: theme.bar).reverse)]
        spans = [Span(" ▚ nibble ", chip), Span(" " + title, theme.strong)]
        if withContext, !context.isEmpty { spans.append(Span(" " + context, theme.mutedOnBarStyle)) }
        return spans + [Span("  ", theme.plain)]
    }

    private func right(_ facts: [[Span]], _ theme: Theme) -> [Span] {
        facts.enumerated().flatMap { index, fact in
            (index == 0 ? [] : [Span("   ", Style())])
                + fact.map { $0.style == Style() ? Span($0.text, theme.mutedOnBarStyle) : $0 }
        }
    }

    private func spans(of tab: Tab, index: Int, short: Bool, theme: Theme) -> [Span] {
        if index == selected {
            return [Span(" \(tab.key) \(tab.name) ", theme.strong.on(theme.background))]
        }
        if short { return [Span(" \(tab.key)", theme.mutedOnBarStyle)] }
        return [Span(" \(tab.key)", theme.plain), Span(" \(tab.name) ", theme.mutedOnBarStyle)]
    }

    private static func columns(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.columns } }
}
