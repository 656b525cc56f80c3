import NibbleEvaluation
import NibbleTerminal

/// The live comparison of an encoder below the explorer: what original and plan make of the chosen item.
struct ItemStrip {
    let workspace: Workspace
    let form: any ItemForm
    let theme: Theme
    /// What the run is at.
    let status: String?

    /// Under the plan as it is edited.
    var sides: ItemSides? { workspace.currentItems }

    /// Draws both panels.
    func draw(in canvas: inout Canvas, original: Rect, plan: Rect) {
        drawPanel(
            "Original", workspace.originalTitle, theme.original, isPlan: false, in: &canvas, rect: original)
        drawPanel("Plan", workspace.planTitle, theme.plan, isPlan: true, in: &canvas, rect: plan)
        let left = Panel.content(of: original)
        let right = Panel.content(of: plan)
        let isRunning = workspace.comparison.run.state.isRunning
        if let problem = workspace.comparison.run.state.problem ?? workspace.runProblem ?? problemOfItem {
            canvas.draw(lines: problem.wrapped(to: left.width), in: left, style: theme.style(.orange))
            return
        }
        for (isPlan, content) in [(false, left), (true, right)] {
            drawItem(in: &canvas, row: content.row(0))
            guard sides?.output(workspace.shownItem, ofPlan: isPlan) != nil else {
                let nouns = form.input(of: workspace.model).nouns
                let hint = isRunning ? (status ?? "preparing") + " …" : "Enter runs the \(nouns.many) on both"
                canvas.draw(hint, at: content.row(1).origin, style: theme.mutedStyle, width: content.width)
                continue
            }
            form.drawStripOutput(self, ofPlan: isPlan, in: &canvas, rect: content.inset(top: 1, bottom: 1))
        }
        guard let summary = sides?.summary else { return }
        let wordings = ItemFigures.wordings(summary)
        if let text = wordings.first(where: { $0.columns <= left.width }) {
            canvas.draw(text, at: left.row(left.height - 1).origin, style: theme.mutedStyle)
        }
        AgreementBar(
            agreement: summary.agreement, comparedCount: summary.comparedCount, unit: "same answer",
            first: summary.changed.first, words: ("first changed", "none changed"), theme: theme
        ).draw(in: &canvas, row: right.row(right.height - 1))
    }

    private var problemOfItem: String? {
        guard let results = sides?.snapshot.results, results.indices.contains(workspace.shownItem) else {
            return nil
        }
        return results[workspace.shownItem].problem
    }

    private func drawPanel(
        _ title: String, _ context: String, _ color: Color, isPlan: Bool, in canvas: inout Canvas, rect: Rect
    ) {
        let noun = form.input(of: workspace.model).nouns.one
        let speed = sides?.milliseconds(ofPlan: isPlan).map {
            "\(ItemFigures.milliseconds($0)) ms per \(noun)"
        }
        Panel(
            title: title, context: [Span(context, Style(foreground: color))],
            fact: speed.map { [Span($0, theme.mutedStyle)] } ?? []
        ).draw(in: &canvas, rect: rect, theme: theme)
        canvas.answer(
            in: rect, click: { state, _ in state.show(CompareScreen()) },
            wheel: { _ = $0.workspace?.moveItem(by: $1) })
    }

    /// Which item it is, and its text.
    private func drawItem(in canvas: inout Canvas, row: Rect) {
        guard let items = sides?.snapshot.items, items.indices.contains(workspace.shownItem) else {
            let prompt = workspace.comparison.prompt.replacing("\n", with: " ⏎ ")
            canvas.draw(
                [Span("› ", theme.style(.purple).bold), Span(prompt, theme.mutedStyle.italic)],
                at: row.origin,
                width: row.width)
            return
        }
        let number = items.count > 1 ? "\(workspace.shownItem + 1)/\(items.count) " : ""
        canvas.draw(
            [
                Span("› \(number)", theme.style(.purple).bold),
                Span(items[workspace.shownItem].title, theme.mutedStyle.italic),
            ], at: row.origin, width: row.width)
    }
}
