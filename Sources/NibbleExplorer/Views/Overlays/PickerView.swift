import NibbleKernels
import NibbleTerminal

/// A list to choose from, grouped under headings, narrowed by typing; of a format with what its card says below.
struct PickerView {
    let picker: Picker
    /// The layer that a format is chosen for.
    let shape: MatrixShape?
    let theme: Theme

    /// Draws the dialog.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let lines = lines
        let card = card(height: screen.height)
        let rows = max(lines.count, 3) + 2 + (card.isEmpty ? 0 : card.count + 1)
        let size = Size(min(84, screen.width - 8), min(rows, screen.height - 6))
        let dialog = Dialog(
            title: picker.title, contentSize: size,
            hints: [.init("↑↓", "choose"), .init("Enter", "accept"), .init("Esc", "cancel")])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        let search =
            picker.search.isEmpty
            ? Span("type to narrow the list", theme.mutedStyle.italic) : Span(picker.search, theme.strong)
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), search], at: content.origin, width: content.width)
        drawCard(card, in: &canvas, content)
        let list = content.inset(top: 2, bottom: card.isEmpty ? 0 : card.count + 1)
        guard !picker.shown.isEmpty else {
            canvas.draw("nothing matches", at: list.origin, style: theme.mutedStyle)
            return
        }
        let selected = lines.firstIndex { $0.index == picker.cursor }
        PickerList(rows: lines.map(\.row), selected: selected).draw(in: &canvas, rect: list, theme: theme)
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

    private var lines: [(index: Int?, row: PickerList.Row)] {
        var lines: [(index: Int?, row: PickerList.Row)] = []
        var group: String?
        for (index, item) in picker.shown.enumerated() {
            if item.group != group {
                group = item.group
                lines.append(
                    (nil, PickerList.Row([Span(item.group, theme.style(.blue).bold)], isEnabled: false)))
            }
            let name = item.name.fitted(to: 14, .leading)
            lines.append(
                (index, PickerList.Row([Span(name, Style()), Span(" " + item.detail, theme.mutedStyle)])))
        }
        return lines
    }
}
