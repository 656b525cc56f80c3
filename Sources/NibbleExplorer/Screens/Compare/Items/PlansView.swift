import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The original, the plan and the pinned plans in figures: how far each is from the original, its size and its speed.
struct PlansView {
    let workspace: Workspace
    let form: any ItemForm
    let theme: Theme

    private struct Row {
        let title: String
        let color: Color
        let bytes: Int
        /// The place on the comparison screen: 0 the plan, then the pinned ones; nil for the original.
        let shown: Int?
        let sides: ItemSides?
    }

    private var rows: [Row] {
        let result = workspace.comparison.run.value
        let plan = Row(
            title: workspace.planTitle, color: theme.plan, bytes: workspace.resolved.planBytes, shown: 0,
            sides: workspace.currentItems)
        let original = Row(
            title: "original \(workspace.originalTitle)", color: theme.original,
            bytes: workspace.resolved.originalBytes, shown: nil, sides: workspace.currentItems)
        let pinned = workspace.pinned.enumerated().map { index, pinned in
            Row(
                title: "\(index + 1) \(pinned.resolved.title)", color: theme.plan,
                bytes: pinned.resolved.planBytes, shown: index + 1, sides: ItemSides(result, of: pinned.plan))
        }
        return [original, plan] + pinned
    }

    /// Draws the frame and a row for each; a click shows that plan beside the original.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(
            title: "Plans",
            context: [Span(workspace.pinned.isEmpty ? "p pins one" : "Tab shows another", theme.mutedStyle)]
        ).draw(in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        let wide = content.width >= 44
        let columns = content.columns(
            [.fill(weight: 1), .fixed(wide ? 8 : 7), .fixed(8), .fixed(wide ? 6 : 5), .fixed(wide ? 8 : 6)],
            spacing: 1)
        let noun = form.input(of: workspace.model).nouns.one
        let label = form.damage(in: workspace).label
        for (index, head) in ["plan", "size", label, "agree", wide ? "ms/\(noun)" : "ms"].enumerated() {
            canvas.draw(
                head, at: columns[index].origin, style: theme.mutedStyle, width: columns[index].width,
                alignment: index == 0 ? .leading : .trailing)
        }
        let shown = rows.prefix(max(0, content.height - 1))
        for (index, row) in shown.enumerated() {
            draw(row, columns.map { $0.row(index + 1) }, in: &canvas, interior: Panel.interior(of: rect))
        }
    }

    private func draw(_ row: Row, _ cells: [Rect], in canvas: inout Canvas, interior: Rect) {
        let line = Rect(interior.x, cells[0].y, interior.width, 1)
        let isShown = row.shown == workspace.comparison.shownPlan
        if isShown { canvas.highlight(line, theme.bar) }
        if let shown = row.shown {
            canvas.answer(in: line, click: { state, _ in state.workspace?.comparison.shownPlan = shown })
        }
        canvas.draw(
            row.title, at: cells[0].origin, style: Style(foreground: row.color), width: cells[0].width)
        let summary = row.shown == nil ? nil : row.sides?.summary
        let distance = summary.flatMap {
            $0.meanKL.map(FigureText.nats) ?? $0.meanCosine.map(ItemFigures.cosine)
        }
        let place = row.shown == nil ? 0 : row.sides?.contestant
        let time = place.flatMap { row.sides?.milliseconds(ofContestant: $0) }.map(ItemFigures.milliseconds)
        let texts = [
            FigureText.bytes(row.bytes), distance ?? "—", summary?.agreement.map(FigureText.percent) ?? "—",
            time ?? "—",
        ]
        for (text, cell) in zip(texts, cells.dropFirst()) {
            canvas.draw(
                text, at: cell.origin, style: isShown ? theme.strong : theme.softStyle, width: cell.width,
                alignment: .trailing)
        }
    }
}
