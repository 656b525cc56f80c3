/// Draws an editor's text with the cursor, scrolled so that the cursor is in sight.
public struct TextField: Widget {
    /// The text and the insertion point.
    public var editor: TextEditor
    /// What stands there, muted, while the text is empty.
    public var placeholder: String
    /// Whether long lines are broken; otherwise the text is one line that moves sideways.
    public var isWrapped: Bool

    /// A field that shows an editor.
    public init(_ editor: TextEditor, placeholder: String = "", isWrapped: Bool = false) {
        self.editor = editor
        self.placeholder = placeholder
        self.isWrapped = isWrapped
    }

    /// Columns that lines are broken at in a field of a width: the cursor needs one behind them.
    public static func lineWidth(of width: Int) -> Int { max(1, width - 1) }

    /// Draws as many lines as `rect` has.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        guard !rect.isEmpty else { return }
        canvas.clipped(to: rect) { canvas in
            if editor.characters.isEmpty, !placeholder.isEmpty {
                canvas.draw(placeholder, at: rect.origin, style: theme.mutedStyle.italic, width: rect.width)
            }
            let (lines, first, shift) = (lines(in: rect), firstLine(in: rect), shift(in: rect))
            for line in lines.ranges.indices.dropFirst(first).prefix(rect.height) {
                canvas.draw(
                    lines.text(ofLine: line), at: Point(rect.x - shift, rect.y + line - first),
                    style: theme.plain)
            }
            let place = lines.place(of: editor.cursor)
            let column = min(place.column - shift, rect.width - 1)
            let point = Point(rect.x + column, rect.y + place.line - first)
            canvas.restyle(Rect(point.x, point.y, 1, 1)) { $0.attributes.formUnion(.reverse) }
            canvas.showCursor(at: point)
        }
    }

    /// The insertion point at a cell of the field, for a click.
    public func index(at point: Point, in rect: Rect) -> Int {
        lines(in: rect).index(
            atColumn: point.x - rect.x + shift(in: rect), line: point.y - rect.y + firstLine(in: rect))
    }

    /// Where a text of more lines than fit stands.
    public func scrollBar(in rect: Rect) -> ScrollBar {
        ScrollBar(total: lines(in: rect).ranges.count, visible: rect.height, offset: firstLine(in: rect))
    }

    private func lines(in rect: Rect) -> TextLines {
        TextLines(editor.characters, width: isWrapped ? Self.lineWidth(of: rect.width) : .max)
    }

    /// The cursor's line stays in the middle.
    private func firstLine(in rect: Rect) -> Int {
        let lines = lines(in: rect)
        let line = lines.place(of: editor.cursor).line
        return max(0, min(line - rect.height / 2, lines.ranges.count - rect.height))
    }

    private func shift(in rect: Rect) -> Int {
        guard !isWrapped else { return 0 }
        return max(0, lines(in: rect).place(of: editor.cursor).column - rect.width + 1)
    }
}
