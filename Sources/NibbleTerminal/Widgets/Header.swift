/// The top row: logo chip, model, tabs, facts at the right; parts are shed when there is no room.
public struct Header: Widget {
    /// One tab: a screen and the key that opens it.
    public struct Tab: Sendable {
        /// The key, a digit.
        public var key: String
        /// The screen's name.
        public var name: String
        /// What answers to a click on it, if anything (see `Canvas.place`).
        public var target: (any Sendable)?

        /// A tab.
        public init(key: String, name: String, target: (any Sendable)? = nil) {
            self.key = key
            self.name = name
            self.target = target
        }
    }

    /// One fact at the right end.
    public struct Fact: Hashable, Sendable {
        /// The fact in full, then in fewer and fewer words; plain style means muted.
        public var variants: [[Span]]
        /// How much it is needed: facts of lower need are shortened, and left out, before those of higher need.
        public var need: Int

        /// A fact in one or more wordings, the longest first.
        public init(_ variants: [[Span]], need: Int) {
            self.variants = variants
            self.need = need
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
    /// Facts at the right in the order in which they stand there.
    public var facts: [Fact]

    /// A header.
    public init(
        title: String, context: String = "", tabs: [Tab] = [], selected: Int? = nil, facts: [Fact] = []
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
            let form = fitting(width: row.width, theme: theme)
            var x = row.x + canvas.draw(left(form, theme), at: row.origin, width: row.width)
            for (index, tab) in tabs.enumerated() {
                let spans = self.spans(of: tab, index: index, form, theme: theme)
                let columns = canvas.draw(spans, at: Point(x, row.y), width: max(0, row.right - x))
                if let target = tab.target { canvas.place(target, in: Rect(x, row.y, columns, 1)) }
                x += columns
            }
            let facts = right(form, theme)
            let width = Self.columns(facts)
            if width <= row.right - x - 1 { canvas.draw(facts, at: Point(row.right - width - 1, row.y)) }
        }
    }

    /// What is left of everything at some width.
    private struct Form {
        var hasContext = true
        var hasShortTabs = false
        var hasShortChip = false
        /// The wording of each fact; one past the last leaves it out.
        var wordings: [Int]
    }

    /// The first form that fits: without context, with shorter facts, without the names of other tabs, then with fewer
    /// and fewer facts and without the program's name.
    private func fitting(width: Int, theme: Theme) -> Form {
        var form = Form(wordings: facts.map { _ in 0 })
        let byNeed = facts.indices.sorted { facts[$0].need < facts[$1].need }
        let shorter = byNeed.map { place in
            { (form: inout Form) in form.wordings[place] = max(0, self.facts[place].variants.count - 1) }
        }
        let left = byNeed.map { place in
            { (form: inout Form) in form.wordings[place] = self.facts[place].variants.count }
        }
        let steps: [(inout Form) -> Void] =
            [{ $0.hasContext = false }] + shorter.prefix(1) + [{ $0.hasShortTabs = true }]
            + shorter.dropFirst() + [{ $0.hasShortChip = true }] + left
        for step in steps where columns(form, theme) > width { step(&form) }
        return form
    }

    private func columns(_ form: Form, _ theme: Theme) -> Int {
        let middle = tabs.enumerated().reduce(0) { sum, tab in
            sum + Self.columns(spans(of: tab.element, index: tab.offset, form, theme: theme))
        }
        return Self.columns(left(form, theme)) + middle + Self.columns(right(form, theme)) + 2
    }

    private func left(_ form: Form, _ theme: Theme) -> [Span] {
        let chip = Style(foreground: theme.ink(on: theme.original), background: theme.original).bold
        var spans = [
            Span(form.hasShortChip ? " ▚ " : " ▚ nibble ", chip), Span(" " + title, theme.strong),
        ]
        if form.hasContext, !context.isEmpty {
            spans.append(Span(" " + context, theme.mutedOnBarStyle))
        }
        return spans + [Span("  ", theme.plain)]
    }

    private func right(_ form: Form, _ theme: Theme) -> [Span] {
        let shown = zip(facts, form.wordings).compactMap { fact, wording in
            fact.variants.indices.contains(wording) ? fact.variants[wording] : nil
        }
        return shown.enumerated().flatMap { index, fact in
            (index == 0 ? [] : [Span("   ", Style())])
                + fact.map { $0.style == Style() ? Span($0.text, theme.mutedOnBarStyle) : $0 }
        }
    }

    private func spans(of tab: Tab, index: Int, _ form: Form, theme: Theme) -> [Span] {
        if index == selected {
            return [Span(" \(tab.key) \(tab.name) ", theme.strong.on(theme.background).highlight)]
        }
        if form.hasShortTabs { return [Span(" \(tab.key)", theme.mutedOnBarStyle)] }
        return [Span(" \(tab.key)", theme.plain), Span(" \(tab.name) ", theme.mutedOnBarStyle)]
    }

    private static func columns(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.columns } }
}
