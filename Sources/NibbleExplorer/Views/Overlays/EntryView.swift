import NibbleTerminal

/// Where the parts of a dialog for a text stand.
struct EntryLayout {
    /// The dialog.
    let dialog: Dialog
    /// The text.
    let field: Rect
    /// The line about the text; empty where there is no room.
    let hint: Rect
    /// Why the text could not be used, in lines; they stand where the hint does.
    let problem: [String]
    private let isWrapped: Bool

    init(_ entry: TextEntry, in screen: Rect) {
        let width = min(76, screen.width - 8)
        isWrapped = entry.allowsLines
        var rows = 1
        if entry.allowsLines {
            let lines = TextLines(entry.editor.characters, width: TextField.lineWidth(of: width))
            // It grows with its text, as far as the screen allows.
            rows = min(max(3, lines.ranges.count), max(3, screen.height - 10))
        }
        problem = entry.problem?.wrapped(to: width) ?? []
        dialog = Dialog(
            title: entry.title, contentSize: Size(width, rows + 1 + max(1, problem.count)),
            hints: [.key("Enter", entry.allowsLines ? "run" : "accept", named: "enter")]
                + (entry.allowsLines ? [.key("Ctrl-J", "new line", named: "ctrl-j")] : [])
                + [.key("Esc", "cancel", named: "esc")]
                + (entry.allowsLines ? [.init("↑↓", "earlier prompts")] : []))
        let content = dialog.content(in: screen)
        field = Rect(content.x, content.y, content.width, min(rows, content.height))
        let below = max(1, problem.count)
        hint =
            content.height > rows
            ? content.inset(top: max(rows, content.height - below)) : content.row(-1)
    }

    /// Columns that lines are broken at.
    var lineWidth: Int { isWrapped ? TextField.lineWidth(of: field.width) : .max }
}

/// A text to type, with one line about it.
struct EntryView {
    let entry: TextEntry
    let state: ApplicationState

    private var theme: Theme { state.theme }

    /// Draws the dialog.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let layout = EntryLayout(entry, in: screen)
        layout.dialog.draw(in: &canvas, rect: screen, theme: theme)
        let field = TextField(entry.editor, isWrapped: entry.allowsLines)
        field.draw(in: &canvas, rect: layout.field, theme: theme)
        field.scrollBar(in: layout.field).draw(
            in: &canvas, rect: Rect(layout.field.right + 1, layout.field.y, 1, layout.field.height),
            theme: theme)
        if layout.problem.isEmpty {
            canvas.draw(hint, at: layout.hint.origin, width: layout.hint.width)
        } else {
            let lines = Array(layout.problem.prefix(max(layout.hint.height, 0)))
            canvas.draw(lines: lines, in: layout.hint, style: theme.style(.red))
        }
        let rect = layout.field
        canvas.answer(
            in: rect,
            click: { state, point in
                guard case .entry(var entry) = state.overlay else { return }
                entry.editor.move(to: field.index(at: point, in: rect))
                state.overlay = .entry(entry)
            },
            wheel: { state, direction in
                guard case .entry(var entry) = state.overlay, entry.allowsLines else { return }
                _ = entry.editor.moveLine(by: direction, width: layout.lineWidth)
                state.overlay = .entry(entry)
            })
    }

    /// What is wanted, or how much of it there is.
    private var hint: [Span] {
        guard case .prompt = entry.purpose, let workspace = state.workspace else {
            return [Span(entry.hint, theme.mutedStyle)]
        }
        let hint = workspace.form.hint(entry.editor.text, for: workspace.model)
        return [Span(hint.text, hint.isWarning ? theme.style(.orange) : theme.mutedStyle)]
    }
}
