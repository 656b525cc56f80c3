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

    /// Dims what is below, takes the mouse from it, and draws the empty box.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        canvas.coverTargets()
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
            var x = frame.x + 2
            // A hint that doesn't fit is left out whole.
            for hint in hints where x + hint.columns + 2 <= frame.right - 2 {
                let spans = [
                    Span(" \(hint.key)", theme.style(.yellow).bold),
                    Span(" \(hint.action) ", theme.mutedStyle),
                ]
                let columns = canvas.draw(spans, at: Point(x, frame.bottom - 1))
                if let target = hint.target {
                    canvas.place(target, in: Rect(x, frame.bottom - 1, columns, 1))
                }
                x += columns
            }
        }
    }
}
