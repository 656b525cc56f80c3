/// The bottom row: the keys that work here and now, each with what it does.
public struct Footer: Widget {
    /// A key and what it does.
    public struct Hint: Sendable {
        /// The key as shown: `j/k`, `Space`.
        public var key: String
        /// What it does, one or two words.
        public var action: String
        /// What answers to a click on it, if anything (see `Canvas.place`).
        public var target: (any Sendable)?

        /// A hint.
        public init(_ key: String, _ action: String, target: (any Sendable)? = nil) {
            self.key = key
            self.action = action
            self.target = target
        }

        var columns: Int { key.columns + 1 + action.columns }
    }

    /// The keys, the most needed first; the last are dropped first.
    public var hints: [Hint]
    /// A hint that is always kept (help).
    public var kept: Hint?
    /// A message shown instead of the keys (why a key can't act), or nil.
    public var message: [Span]?

    /// A footer of hints; `kept` stands after them and is never dropped.
    public init(hints: [Hint], kept: Hint? = nil, message: [Span]? = nil) {
        self.hints = hints
        self.kept = kept
        self.message = message
    }

    /// The hints that fit in a row of `width` columns.
    public func shown(width: Int) -> [Hint] {
        let last = kept.map { [$0] } ?? []
        var shown: [Hint] = []
        // A blank at both ends of the row, and two after each hint, the last included.
        var columns = 2 + last.reduce(0) { $0 + $1.columns + 2 }
        for hint in hints {
            columns += hint.columns + 2
            guard columns <= width else { break }
            shown.append(hint)
        }
        return shown + last
    }

    /// Draws the last row of `rect`.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let row = rect.row(rect.height - 1)
        canvas.fill(row, style: Style(foreground: theme.text, background: theme.footer))
        canvas.clipped(to: row) { canvas in
            if let message {
                canvas.draw(message, at: Point(row.x + 1, row.y), width: max(0, row.width - 2))
                return
            }
            var x = row.x + 1
            for hint in shown(width: row.width) {
                if let target = hint.target { canvas.place(target, in: Rect(x, row.y, hint.columns, 1)) }
                let spans = [
                    Span(hint.key, theme.style(.yellow).bold), Span(" \(hint.action)  ", theme.mutedStyle),
                ]
                x += canvas.draw(spans, at: Point(x, row.y), width: max(0, row.right - 1 - x))
            }
        }
    }
}
