import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The live comparison below the explorer: both texts, divergence per token, agreement.
struct ComparisonStrip {
    let workspace: Workspace
    let theme: Theme
    /// What the run is at.
    let status: String?

    private var comparison: Comparison { workspace.comparison }

    /// Draws both panels.
    func draw(in canvas: inout Canvas, original: Rect, quantized: Rect) {
        let sides = workspace.currentSides
        drawPanel(
            "Original", workspace.originalTitle, theme.original, sides.original, in: &canvas, rect: original)
        drawPanel("Plan", workspace.planTitle, theme.plan, sides.plan, in: &canvas, rect: quantized)
        let left = Panel.content(of: original)
        let right = Panel.content(of: quantized)
        if let problem = comparison.run.state.problem ?? workspace.runProblem {
            canvas.draw(lines: problem.wrapped(to: left.width), in: left, style: theme.style(.orange))
            return
        }
        drawPrompt(hasText: sides.original != nil, in: &canvas, row: left.row(0))
        drawPrompt(hasText: sides.plan != nil, in: &canvas, row: right.row(0))
        let flows = sides.flows(width: min(left.width, right.width))
        let area = { (rect: Rect) in rect.inset(top: 1, bottom: 1) }
        for isPlan in [false, true] {
            var view = sides.view(
                ofPlan: isPlan, isRunning: comparison.run.state.isRunning, isNumbered: false, cursor: nil,
                theme: theme)
            view.linesBack = comparison.linesBack
            view.draw(
                in: &canvas, rect: area(isPlan ? right : left), flow: isPlan ? flows.plan : flows.original)
        }
        let longest = max(flows.original.ranges.count, flows.plan.ranges.count)
        let most = max(0, longest - area(left).height)
        for rect in [original, quantized] {
            canvas.answer(
                in: rect,
                wheel: { state, direction in
                    let back = min(state.workspace?.comparison.linesBack ?? 0, most) - direction
                    state.workspace?.comparison.linesBack = min(max(0, back), most)
                })
        }
        drawDivergence(sides, in: &canvas, row: left.row(left.height - 1))
        ComparisonFigures(sides: sides, theme: theme)
            .drawAgreement(in: &canvas, row: right.row(right.height - 1))
    }

    private func drawPanel(
        _ title: String, _ context: String, _ color: Color, _ progress: ContestantProgress?,
        in canvas: inout Canvas,
        rect: Rect
    ) {
        let speed = progress.flatMap(ComparisonFigures.speed).map { [Span($0, theme.mutedStyle)] }
        Panel(
            title: title, context: [Span(context, Style(foreground: color))],
            fact: speed ?? []
        ).draw(in: &canvas, rect: rect, theme: theme)
        canvas.answer(in: rect, click: { state, _ in state.show(CompareScreen()) })
    }

    private func drawPrompt(hasText: Bool, in canvas: inout Canvas, row: Rect) {
        let prompt = comparison.prompt.replacing("\n", with: " ⏎ ")
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), Span(prompt, theme.mutedStyle.italic)], at: row.origin,
            width: row.width)
        guard !hasText else { return }
        let hint =
            comparison.run.state.isRunning ? (status ?? "preparing") + " …" : "Enter runs the prompt on both"
        canvas.draw(hint, at: Point(row.x, row.y + 1), style: theme.mutedStyle, width: row.width)
    }

    private func drawDivergence(_ sides: ComparisonSides, in canvas: inout Canvas, row: Rect) {
        guard let values = sides.plan?.records.compactMap(\.klDivergence), !values.isEmpty else { return }
        canvas.draw("KL", at: row.origin, style: theme.mutedStyle)
        let mean = sides.damage.map { FigureText.nats($0) + " mean" } ?? ""
        let line = Rect(row.x + 4, row.y, max(0, row.width - 6 - mean.columns), 1)
        Sparkline(values: values.map(ComparisonFigures.height)).draw(in: &canvas, rect: line, theme: theme)
        canvas.draw(mean, at: Point(row.right - mean.columns, row.y), style: theme.mutedStyle)
    }
}
