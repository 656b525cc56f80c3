import NibbleTerminal

/// A text to read in a dialog, line by line.
protocol Pages {
    /// The dialog's title.
    var title: String { get }
    /// Columns that its lines want.
    var width: Int { get }
    /// The number of lines.
    var count: Int { get }
    /// The keys that opened the dialog: they close it too.
    var openedBy: [KeyPress] { get }
    /// One of the lines.
    func line(_ index: Int) -> [Span]
}

/// Draws a text to read from some line on, with keys and wheel to scroll it.
struct PagesView {
    let pages: any Pages
    let theme: Theme

    /// The lines in sight on a screen.
    func visibleCount(in screen: Rect) -> Int { max(1, dialog(in: screen).content(in: screen).height) }

    /// Draws the dialog from line `top` on, or from the last from which it is filled.
    func draw(in canvas: inout Canvas, screen: Rect, top: Int) {
        let dialog = dialog(in: screen)
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        let first = min(top, max(0, pages.count - content.height))
        for row in 0..<min(content.height, pages.count - first) {
            canvas.draw(pages.line(first + row), at: content.row(row).origin, width: content.width)
        }
        ScrollBar(total: pages.count, visible: content.height, offset: first).draw(
            in: &canvas, rect: Rect(content.right + 1, content.y, 1, content.height), theme: theme)
        canvas.answer(in: screen, wheel: { $0.scrollPages(by: 3 * $1) })
    }

    private func dialog(in screen: Rect) -> Dialog {
        let size = Size(min(pages.width, screen.width - 8), min(max(pages.count, 1), screen.height - 6))
        return Dialog(
            title: pages.title, contentSize: size,
            hints: [
                .key("j/k", "scroll", named: "j"), .key("PgDn", "page", named: "pgdn"),
                .key("Esc", "close", named: "esc"),
            ])
    }
}

extension ApplicationState {
    /// The text to read in the dialog that is open, and the first line in sight.
    var pages: (pages: any Pages, top: Int)? {
        switch overlay {
        case .help(let top): (HelpPages(self), top)
        case .planChanges(let top): workspace.map { (PlanChangesPages(workspace: $0, theme: theme), top) }
        case .picker, .entry, .question, .planLoader, nil: nil
        }
    }
}
