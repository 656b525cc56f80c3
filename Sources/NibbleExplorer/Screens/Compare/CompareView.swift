import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The comparison screen: both texts, the divergence per token, and what each model would have said.
struct CompareView {
    let state: ApplicationState
    let workspace: Workspace

    private var theme: Theme { state.theme }
    private var comparison: Comparison { workspace.comparison }

    /// Draws all panels that the size has room for.
    func draw(in canvas: inout Canvas) {
        let layout = CompareLayout(size: state.size)
        drawStrip(in: &canvas, row: layout.strip)
        drawTexts(layout, in: &canvas)
        if !layout.divergence.isEmpty {
            DivergenceView(
                sides: workspace.shownSides, shownToken: workspace.shownToken, theme: theme
            ).draw(in: &canvas, layout: layout)
        }
        if !layout.candidates.isEmpty {
            CandidatesView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.candidates)
        }
        if !layout.counters.isEmpty {
            CountersView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.counters)
        }
    }

    private func drawStrip(in canvas: inout Canvas, row: Rect) {
        let used = canvas.draw(modes(isShort: row.width < 90), at: row.origin, width: row.width) + 3
        let agreementWidth = min(48, max(36, row.width / 3))
        let prompt = comparison.prompt.replacing("\n", with: " ⏎ ")
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), Span(prompt, theme.softStyle.italic)],
            at: Point(row.x + used, row.y), width: max(0, row.width - used - agreementWidth - 2))
        ComparisonFigures(sides: workspace.shownSides, theme: theme).drawAgreement(
            in: &canvas, row: Rect(row.right - agreementWidth, row.y, agreementWidth, 1))
    }

    /// Both modes, the one in use marked; or that one alone.
    private func modes(isShort: Bool) -> [Span] {
        let names = [(ComparisonMode.teacherForced, "teacher-forced"), (.freeRunning, "free-running")]
        let shown = names.filter { !isShort || $0.0 == comparison.mode }
        return shown.enumerated().flatMap { index, mode in
            let isChosen = mode.0 == comparison.mode
            return [
                Span(index == 0 ? "" : "  ", theme.plain), Span(isChosen ? "● " : "○ ", theme.mutedStyle),
                Span(mode.1, isChosen ? theme.strong : theme.mutedStyle),
            ]
        }
    }

    private func drawTexts(_ layout: CompareLayout, in canvas: inout Canvas) {
        let sides = workspace.shownSides
        drawPanel(layout, isPlan: false, sides.original, in: &canvas)
        drawPanel(layout, isPlan: true, sides.plan, in: &canvas)
        let left = layout.text(ofPlan: false)
        if let problem = comparison.run.state.problem ?? workspace.model.runProblem {
            canvas.draw(lines: problem.wrapped(to: left.width), in: left, style: theme.style(.orange))
            return
        }
        if sides.plan == nil {
            let place = sides.original == nil ? left : layout.text(ofPlan: true)
            let hint = comparison.run.state.isRunning ? "preparing …" : "Enter runs the prompt; i edits it."
            canvas.draw(hint, at: place.origin, style: theme.mutedStyle, width: place.width)
        }
        let flows = sides.flows(width: layout.textWidth)
        for isPlan in [false, true] where !isPlan || sides.plan != nil {
            sides.view(
                ofPlan: isPlan, isRunning: comparison.run.state.isRunning, isNumbered: layout.isNumbered,
                cursor: workspace.shownToken, theme: theme
            ).draw(in: &canvas, rect: layout.text(ofPlan: isPlan), flow: isPlan ? flows.plan : flows.original)
        }
    }

    private func drawPanel(
        _ layout: CompareLayout, isPlan: Bool, _ progress: ContestantProgress?, in canvas: inout Canvas
    ) {
        let size = workspace.shownResolved
        let bytes = FigureText.bytes(isPlan ? size.planBytes : size.originalBytes)
        let name = (isPlan ? workspace.shownPlanTitle : workspace.originalTitle) + " · \(bytes)"
        Panel(
            title: isPlan ? "Plan" : "Original",
            context: [Span(name, Style(foreground: isPlan ? theme.plan : theme.original))],
            fact: progress.flatMap(ComparisonFigures.speed).map { [Span($0, theme.mutedStyle)] } ?? [],
            isFocused: isPlan
        ).draw(in: &canvas, rect: isPlan ? layout.plan : layout.original, theme: theme)
    }
}
