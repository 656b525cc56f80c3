import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The live comparison below the explorer: both texts, divergence per token, agreement.
struct ComparisonStrip {
    let workspace: Workspace
    let theme: Theme

    private var comparison: Comparison { workspace.comparison }

    /// Draws both panels.
    func draw(in canvas: inout Canvas, original: Rect, quantized: Rect) {
        let texts = ComparisonTexts(comparison)
        drawPanel(
            "Original", workspace.originalTitle, theme.original, texts.original, in: &canvas, rect: original)
        drawPanel("Plan", workspace.planTitle, theme.plan, texts.plan, in: &canvas, rect: quantized)
        let left = Panel.content(of: original)
        let right = Panel.content(of: quantized)
        if let problem = comparison.problem ?? workspace.model.runProblem {
            canvas.draw(lines: problem.wrapped(to: left.width), in: left, style: theme.style(.orange))
            return
        }
        drawPrompt(in: &canvas, row: left.row(0))
        drawPrompt(in: &canvas, row: right.row(0))
        let flows = texts.flows(width: min(left.width, right.width))
        let area = { (rect: Rect) in rect.inset(top: 1, bottom: 1) }
        texts.view(ofPlan: false, comparison: comparison, isNumbered: false, cursor: nil, theme: theme)
            .draw(in: &canvas, rect: area(left), flow: flows.original)
        texts.view(ofPlan: true, comparison: comparison, isNumbered: false, cursor: nil, theme: theme)
            .draw(in: &canvas, rect: area(right), flow: flows.plan)
        drawDivergence(texts, in: &canvas, row: left.row(left.height - 1))
        ComparisonFigures(comparison: comparison, theme: theme)
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
    }

    private func drawPrompt(in canvas: inout Canvas, row: Rect) {
        let prompt = comparison.prompt.replacing("\n", with: " ⏎ ")
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), Span(prompt, theme.mutedStyle.italic)], at: row.origin,
            width: row.width)
        guard comparison.snapshot == nil else { return }
        let hint = comparison.isRunning ? "preparing …" : "Enter runs the prompt on both"
        canvas.draw(hint, at: Point(row.x, row.y + 1), style: theme.mutedStyle, width: row.width)
    }

    private func drawDivergence(_ texts: ComparisonTexts, in canvas: inout Canvas, row: Rect) {
        guard let values = texts.plan?.records.compactMap(\.klDivergence), !values.isEmpty else { return }
        canvas.draw("KL", at: row.origin, style: theme.mutedStyle)
        let mean = comparison.shownDamage.map { FigureText.nats($0) + " mean" } ?? ""
        let line = Rect(row.x + 4, row.y, max(0, row.width - 6 - mean.columns), 1)
        Sparkline(values: values.map(ComparisonFigures.height)).draw(in: &canvas, rect: line, theme: theme)
        canvas.draw(mean, at: Point(row.right - mean.columns, row.y), style: theme.mutedStyle)
    }
}

/// Figures of a comparison that several places show.
struct ComparisonFigures {
    let comparison: Comparison
    let theme: Theme

    /// Height 0…1 of a divergence: the square root, 1 nat filling the chart.
    static func height(_ klDivergence: Double) -> Double { min(1, max(0, klDivergence).squareRoot()) }

    /// Tokens per second of one model's own compute; nil before there is a second token.
    static func speed(_ progress: ContestantProgress) -> String? {
        let speed = progress.tokensPerSecond
        return speed > 0 ? FigureText.decimals(speed, speed < 100 ? 1 : 0) + " tok/s" : nil
    }

    /// The share of tokens on which the shown plan agrees with the original.
    var agreement: Double? {
        guard let records = comparison.planProgress?.records, !records.isEmpty else { return nil }
        return Double(records.count { $0.agrees }) / Double(records.count)
    }

    /// A bar with the agreement and the first split beside it.
    func drawAgreement(in canvas: inout Canvas, row: Rect) {
        guard let agreement else { return }
        var x = row.x + canvas.draw("agree ", at: row.origin, style: theme.mutedStyle)
        let bar = Rect(x, row.y, min(16, max(4, row.width - 34)), 1)
        HorizontalBar(value: agreement, fill: .color(theme.good), track: theme.bar).draw(
            in: &canvas, rect: bar, theme: theme)
        x = bar.right + 1
        x +=
            canvas.draw(FigureText.percent(agreement), at: Point(x, row.y), style: theme.style(.green).bold)
            + 2
        let split = comparison.planProgress?.records.firstIndex { !$0.agrees }
        let text = split.map { "◆ first split @\($0 + 1)" } ?? "no split"
        canvas.draw(
            text, at: Point(x, row.y), style: theme.style(split == nil ? .green : .orange),
            width: max(0, row.right - x))
    }
}
