import NibbleTerminal

/// A list to choose from, grouped under headings, narrowed by typing.
struct PickerView {
    let picker: Picker
    let theme: Theme

    /// Draws the dialog.
    func draw(in canvas: inout Canvas, screen: Rect) {
        let lines = lines
        let size = Size(min(84, screen.width - 8), min(max(lines.count, 3) + 2, screen.height - 6))
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
        let list = content.inset(top: 2)
        guard !picker.shown.isEmpty else {
            canvas.draw("nothing matches", at: list.origin, style: theme.mutedStyle)
            return
        }
        let selected = lines.firstIndex { $0.index == picker.cursor }
        PickerList(rows: lines.map(\.row), selected: selected).draw(in: &canvas, rect: list, theme: theme)
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
