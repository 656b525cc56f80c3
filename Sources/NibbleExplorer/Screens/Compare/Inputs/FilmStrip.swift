import NibbleTerminal

/// The images of a folder as small pictures side by side, those that the plan answers otherwise marked.
struct FilmStrip {
    let list: ItemListView

    /// Columns from one picture to the next, for pictures of so many rows: square ones are twice as wide as high.
    static func step(rows: Int) -> Int { 2 * rows + 1 }

    /// Draws the pictures around the chosen one, with the answers below.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let step = Self.step(rows: rect.height - 1)
        let room = max(1, (rect.width + 1) / step)
        let count = list.items.count
        let chosen = list.workspace.shownItem
        let first = min(max(0, chosen - room / 2), max(0, count - room))
        for (place, item) in (first..<min(count, first + room)).enumerated() {
            draw(item, in: &canvas, rect: Rect(rect.x + place * step, rect.y, step - 1, rect.height))
        }
    }

    private func draw(_ item: Int, in canvas: inout Canvas, rect: Rect) {
        let theme = list.theme
        let frame = rect.inset(bottom: 1)
        if let picture = list.sides?.snapshot.pictures[item]?.whole {
            picture.draw(in: &canvas, rect: frame, theme: theme)
        } else {
            let isBroken = list.problem(item) != nil
            canvas.draw(
                isBroken ? "✗" : "…", at: Point(frame.x, frame.y + frame.height / 2),
                style: isBroken ? theme.style(.orange).bold : theme.mutedStyle, width: frame.width,
                alignment: .center)
        }
        let label = rect.row(rect.height - 1)
        let isChosen = item == list.workspace.shownItem
        if isChosen {
            canvas.highlight(label, theme.bar)
            canvas.placeCursor(at: label.origin)
        }
        canvas.draw(words(item, isChosen), at: label.origin, width: label.width)
        canvas.answer(in: rect, click: { state, _ in state.workspace?.choose(item: item) })
    }

    /// The answer: the plan's, with a mark, where it is another than the original's.
    private func words(_ item: Int, _ isChosen: Bool) -> [Span] {
        let theme = list.theme
        let hasChanged = list.sides?.hasChanged(item) == true
        guard hasChanged else {
            let answer = list.form.answer(to: item, ofPlan: false, in: list)?.label ?? "\(item + 1)"
            return [Span(answer, isChosen ? theme.strong : theme.mutedStyle)]
        }
        let answer = list.form.answer(to: item, ofPlan: true, in: list)?.label ?? ""
        return [Span("◆ ", theme.style(.orange).bold), Span(answer, theme.style(.red).bold)]
    }
}
