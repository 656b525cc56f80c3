import NibbleHome
import NibbleTerminal

extension String {
    /// The text, or its end behind `…`: of a path the end tells more.
    fileprivate func tail(to width: Int) -> String {
        count <= width ? self : "…" + suffix(max(width - 1, 0))
    }
}

/// The dialog in which a plan to load is chosen.
struct PlanLoaderView {
    let loader: PlanLoader
    let theme: Theme

    /// Draws the dialog: the path, what is to be said of it, and the plans known for the model.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let width = min(84, screen.width - 8)
        let message = message(width: width)
        let listed = max(loader.known?.count ?? 1, 1)
        let height = min(max(2 + message.lines.count + listed, 6), screen.height - 4)
        let dialog = Dialog(
            title: "Load a plan", contentSize: Size(width, height),
            hints: [
                .key("Tab", "complete", named: "tab"), .init("↑↓", "known plans"),
                .key("Enter", "load", named: "enter"), .key("Esc", "cancel", named: "esc"),
            ])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        canvas.draw("› ", at: content.origin, style: theme.style(.purple).bold)
        TextField(loader.editor, placeholder: "the path of a YAML file").draw(
            in: &canvas, rect: Rect(content.x + 2, content.y, max(0, content.width - 2), 1), theme: theme)
        let text = Rect(content.x, content.y + 1, content.width, min(message.lines.count, content.height - 1))
        canvas.draw(lines: Array(message.lines.prefix(max(0, text.height))), in: text, style: message.style)
        drawKnown(in: &canvas, rect: content.inset(top: 2 + text.height))
    }

    private func message(width: Int) -> (lines: [String], style: Style) {
        if let problem = loader.problem { return (problem.wrapped(to: width), theme.style(.red)) }
        let names = loader.candidates.prefix(40).map(\.printable).joined(separator: "  ")
        return (names.isEmpty ? [] : Array(names.wrapped(to: width).prefix(4)), theme.mutedStyle)
    }

    private func drawKnown(in canvas: inout Canvas, rect: Rect) {
        guard let known = loader.known, !known.isEmpty else {
            let text = loader.known == nil ? "Looking for plans …" : "No plan is known for this model yet."
            canvas.draw(text, at: rect.origin, style: theme.mutedStyle, width: rect.width)
            return
        }
        canvas.answer(in: rect, wheel: { $0.moveInPlans(by: $1) })
        let rows = known.enumerated().map { index, plan in
            PickerList.Row(
                [Span(UserPath.short(plan.location).printable.tail(to: max(rect.width / 2, 16)), Style())],
                trailing: [Span(plan.summary, Style())],
                target: MouseAnswer(click: { state, _ in state.choose(plan: index) }))
        }
        PickerList(rows: rows, selected: loader.chosen).draw(in: &canvas, rect: rect, theme: theme)
    }
}
