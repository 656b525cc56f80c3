import NibbleKernels
import NibbleTerminal

/// A list to choose from, grouped under headings, narrowed by typing; of a format with what its card says below.
struct PickerView {
    let picker: Picker
    /// The layer that a format is chosen for.
    let shape: MatrixShape?
    let theme: Theme

    /// Draws the dialog; it keeps its size and place while the list is narrowed.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let (dialog, list) = (dialog(in: screen), list(in: screen))
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        canvas.draw("› ", at: content.origin, style: theme.style(.purple).bold)
        TextField(picker.search, placeholder: "type to narrow the list").draw(
            in: &canvas, rect: content.row(0).inset(left: 2), theme: theme)
        drawCard(card(height: screen.height), in: &canvas, content)
        canvas.answer(in: screen, wheel: { $0.moveInPicker(by: $1) })
        guard !picker.shown.isEmpty else {
            canvas.draw("nothing matches", at: list.origin, style: theme.mutedStyle)
            return
        }
        let lines = lines(of: picker.shown)
        let selected = lines.firstIndex { $0.index == picker.cursor }
        PickerList(rows: lines.map(\.row), selected: selected).draw(in: &canvas, rect: list, theme: theme)
    }

    /// The rows of the list in sight on a screen.
    func visibleCount(in screen: Rect) -> Int { max(1, list(in: screen).height) }

    private func dialog(in screen: Rect) -> Dialog {
        let card = card(height: screen.height)
        let rows = max(lines(of: picker.items).count, 3) + 2 + (card.isEmpty ? 0 : card.count + 1)
        return Dialog(
            title: picker.title,
            contentSize: Size(min(84, screen.width - 8), min(rows, screen.height - 6)),
            hints: [
                .init("↑↓", "choose"), .key("Enter", "accept", named: "enter"),
                .key("Esc", "cancel", named: "esc"),
            ])
    }

    private func list(in screen: Rect) -> Rect {
        let card = card(height: screen.height)
        return dialog(in: screen).content(in: screen).inset(top: 2, bottom: card.isEmpty ? 0 : card.count + 1)
    }

    /// The chosen format's card: three lines, on a high screen all.
    private func card(height: Int) -> [(label: String, text: String)] {
        guard case .format = picker.purpose, height >= 22 else { return [] }
        let lines = FormatCardLines(name: picker.chosen?.name, shape: shape).all
        return height >= 30 ? lines : Array(lines.prefix(3))
    }

    private func drawCard(
        _ card: [(label: String, text: String)], in canvas: inout Canvas, _ content: Rect
    ) {
        guard !card.isEmpty else { return }
        let top = content.bottom - card.count
        canvas.draw(
            String(repeating: "─", count: content.width), at: Point(content.x, top - 1),
            style: Style(foreground: theme.frame))
        for (row, line) in card.enumerated() {
            let label = Span(line.label.fitted(to: FormatCardLines.labelWidth), theme.mutedStyle)
            let text = line.text.shortened(to: content.width - FormatCardLines.labelWidth)
            canvas.draw(
                [label, Span(text, theme.softStyle)], at: Point(content.x, top + row), width: content.width)
        }
    }

    private func lines(of items: [Picker.Item]) -> [(index: Int?, row: PickerList.Row)] {
        var lines: [(index: Int?, row: PickerList.Row)] = []
        var group: String?
        for (index, item) in items.enumerated() {
            if item.group != group {
                group = item.group
                lines.append(
                    (nil, PickerList.Row([Span(item.group, theme.style(.blue).bold)], isEnabled: false)))
            }
            let spans = [
                Span(item.name.fitted(to: 14, .leading), Style()), Span(" " + item.detail, theme.mutedStyle),
            ]
            let answer = MouseAnswer(click: { state, _ in state.choose(item: index) })
            lines.append((index, PickerList.Row(spans, target: answer)))
        }
        return lines
    }
}
