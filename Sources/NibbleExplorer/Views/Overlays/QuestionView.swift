import NibbleTerminal

/// A question with its answers.
struct QuestionView {
    let question: Question
    let theme: Theme

    /// Draws the dialog; where there is no room for all, the end of the text goes before the answers do.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let width = min(72, screen.width - 8)
        let lines = question.lines.flatMap { $0.wrapped(to: width) }
        let height = min(lines.count + 1 + question.choices.count, screen.height - 4)
        let dialog = Dialog(
            title: question.title, contentSize: Size(width, height),
            hints: [
                .init("↑↓", "choose"), .key("Enter", "accept", named: "enter"),
                .key("Esc", "leave as it is", named: "esc"),
            ])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        let shown = max(0, content.height - question.choices.count)
        let text = content.inset(bottom: content.height - shown)
        canvas.draw(lines: Array(lines.prefix(text.height)), in: text, style: theme.plain)
        let labelWidth = question.choices.map(\.label.columns).max() ?? 0
        let rows = question.choices.enumerated().map { index, choice in
            let spans = [
                Span(choice.label.fitted(to: labelWidth, .leading), Style()),
                Span("  " + choice.detail, theme.mutedStyle),
            ]
            return PickerList.Row(
                spans, target: MouseAnswer(click: { state, _ in state.choose(answer: index) }))
        }
        PickerList(rows: rows, selected: question.cursor)
            .draw(in: &canvas, rect: content.inset(top: shown), theme: theme)
    }
}
