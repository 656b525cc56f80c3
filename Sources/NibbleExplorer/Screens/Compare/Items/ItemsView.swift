import NibbleEvaluation
import NibbleTerminal

/// The comparison screen of encoders: the inputs, what comes out of the chosen one, all plans in figures, and the layers.
struct ItemsView {
    let state: ApplicationState
    let workspace: Workspace
    let form: any ItemForm

    var theme: Theme { state.theme }
    var sides: ItemSides? { workspace.shownItems }

    /// Draws all panels that the size has room for.
    func draw(in canvas: inout Canvas) {
        let layout = ItemsLayout(state.size, workspace)
        drawStrip(in: &canvas, row: layout.strip)
        if !layout.input.isEmpty {
            let list = ItemListView(workspace: workspace, form: form, theme: theme, status: status)
            form.input(of: workspace.model).draw(list, in: &canvas, rect: layout.input)
        }
        if !layout.plans.isEmpty {
            PlansView(workspace: workspace, form: form, theme: theme).draw(in: &canvas, rect: layout.plans)
        }
        drawOutput(in: &canvas, rect: layout.output)
        if !layout.chart.isEmpty {
            ItemChart(workspace: workspace, form: form, theme: theme).draw(in: &canvas, rect: layout.chart)
        }
        if !layout.layers.isEmpty {
            let status = state.jobs.status(in: MovementJob.lane)?.text
            MovementsView(
                workspace: workspace, theme: theme, progress: status,
                noun: form.input(of: workspace.model).nouns.one
            ).draw(in: &canvas, rect: layout.layers)
        }
    }

    /// What the run is at, while it runs.
    private var status: String? { state.jobs.status(in: ComparisonJob.lane)?.text }

    /// Kind, prompt and agreement; where it is narrow the prompt goes first.
    private func drawStrip(in canvas: inout Canvas, row: Rect) {
        let kind = workspace.model.description?.kind.title ?? ""
        let right =
            summary.map {
                AgreementBar(
                    agreement: $0.agreement, comparedCount: $0.comparedCount, unit: "same answer",
                    first: $0.changed.first, words: ("first changed", "none changed"), theme: theme
                ).draw(in: &canvas, row: row.inset(left: min(24, row.width / 3)), alignment: .trailing)
            } ?? 0
        let room = row.width - right - (right > 0 ? 2 : 0)
        let used = canvas.draw(kind, at: row.origin, style: theme.strong, width: max(0, room)) + 3
        guard room - used >= 8 else { return }
        let prompt = workspace.comparison.prompt.replacing("\n", with: " ⏎ ")
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), Span(prompt, theme.softStyle.italic)],
            at: Point(row.x + used, row.y), width: room - used)
        canvas.answer(
            in: Rect(row.x + used, row.y, room - used, 1), click: { state, _ in state.editPrompt() })
    }

    /// The differences over all items; nil before there is one.
    var summary: ItemSummary? {
        guard let summary = sides?.summary, summary.comparedCount > 0 || summary.meanCosine != nil else {
            return nil
        }
        return summary
    }

    /// The chosen item's outputs, or why there are none.
    private func drawOutput(in canvas: inout Canvas, rect: Rect) {
        guard let text = message else { return form.drawOutput(self, in: &canvas, rect: rect) }
        Panel(title: form.outputNoun.prefix(1).uppercased() + form.outputNoun.dropFirst()).draw(
            in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        canvas.draw(
            lines: text.text.wrapped(to: content.width), in: content,
            style: text.isProblem ? theme.style(.orange) : theme.mutedStyle)
    }

    private var message: (text: String, isProblem: Bool)? {
        if let problem = workspace.comparison.run.state.problem ?? workspace.runProblem {
            return (problem, true)
        }
        guard let snapshot = sides?.snapshot, !snapshot.items.isEmpty else {
            let nouns = form.input(of: workspace.model).nouns
            return workspace.comparison.run.state.isRunning
                ? ((status ?? "preparing") + " …", false)
                : ("Enter runs the \(nouns.many); i edits them.", false)
        }
        guard snapshot.results.indices.contains(workspace.shownItem) else {
            return (
                workspace.comparison.run.state.isRunning ? (status ?? "running") + " …" : "not run", false
            )
        }
        return snapshot.results[workspace.shownItem].problem.map { ($0, true) }
    }
}
