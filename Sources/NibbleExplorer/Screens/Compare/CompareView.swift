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
                sides: workspace.shownSides, shownToken: workspace.shownToken,
                scale: DivergenceScale(workspace, layout), theme: theme
            ).draw(in: &canvas, layout: layout)
            canvas.answer(
                in: layout.divergence,
                click: { state, point in
                    guard let workspace = state.workspace else { return }
                    let scale = DivergenceScale(workspace, CompareLayout(size: state.size))
                    if let token = scale.token(at: point) { state.workspace?.comparison.cursor = token }
                },
                wheel: { _ = $0.workspace?.moveTokenCursor(by: $1) })
        }
        if !layout.candidates.isEmpty {
            CandidatesView(workspace, theme: theme).draw(in: &canvas, rect: layout.candidates)
        }
        if !layout.layers.isEmpty {
            let status = state.jobs.status(in: MovementJob.lane)?.text
            MovementsView(workspace: workspace, theme: theme, progress: status)
                .draw(in: &canvas, rect: layout.layers)
        }
    }

    /// Mode, prompt and agreement; where it is narrow the prompt goes first, then the mode.
    private func drawStrip(in canvas: inout Canvas, row: Rect) {
        let figures = ComparisonFigures(sides: workspace.shownSides, theme: theme)
        let right = figures.drawAgreement(
            in: &canvas, row: row.inset(left: min(24, row.width / 3)), alignment: .trailing)
        let room = row.width - right - (right > 0 ? 2 : 0)
        let modes = [false, true].map(self.modes(isShort:))
        guard let mode = modes.first(where: { columns($0) + 24 <= room }) ?? modes.last else { return }
        let used = canvas.draw(mode, at: row.origin, width: max(0, room)) + 3
        placeModes(mode, in: &canvas, row: Rect(row.x, row.y, used - 3, 1))
        guard room - used >= 8 else { return }
        let prompt = comparison.prompt.replacing("\n", with: " ⏎ ")
        canvas.draw(
            [Span("› ", theme.style(.purple).bold), Span(prompt, theme.softStyle.italic)],
            at: Point(row.x + used, row.y), width: room - used)
        canvas.answer(
            in: Rect(row.x + used, row.y, room - used, 1), click: { state, _ in state.editPrompt() })
    }

    /// A click on a mode chooses it; where one alone is shown, the other.
    private func placeModes(_ spans: [Span], in canvas: inout Canvas, row: Rect) {
        guard spans.count > 3 else {
            canvas.answer(in: row, click: { state, _ in state.workspace?.comparison.mode.advance() })
            return
        }
        let first = columns(Array(spans.prefix(3)))
        for (mode, rect) in [
            (ComparisonMode.teacherForced, Rect(row.x, row.y, first, 1)),
            (.freeRunning, Rect(row.x + first, row.y, row.width - first, 1)),
        ] {
            canvas.answer(in: rect, click: { state, _ in state.workspace?.comparison.mode = mode })
        }
    }

    private func columns(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.columns } }

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
        if let problem = comparison.run.state.problem ?? workspace.runProblem {
            canvas.draw(lines: problem.wrapped(to: left.width), in: left, style: theme.style(.orange))
            return
        }
        if sides.plan == nil {
            let place = sides.original == nil ? left : layout.text(ofPlan: true)
            let status = state.jobs.status(in: ComparisonJob.lane)?.text ?? "preparing"
            let hint =
                comparison.run.state.isRunning ? status + " …" : "Enter runs the prompt; i edits it."
            canvas.draw(hint, at: place.origin, style: theme.mutedStyle, width: place.width)
        }
        for rect in [layout.original, layout.plan] {
            canvas.answer(
                in: rect,
                wheel: { state, direction in
                    _ = state.workspace?.moveTokenLine(by: direction, CompareLayout(size: state.size))
                })
        }
        let flows = sides.flows(width: layout.textWidth)
        for isPlan in [false, true] where !isPlan || sides.plan != nil {
            sides.view(
                ofPlan: isPlan, isRunning: comparison.run.state.isRunning, isNumbered: layout.isNumbered,
                cursor: workspace.shownToken, theme: theme
            ).draw(in: &canvas, rect: layout.text(ofPlan: isPlan), flow: isPlan ? flows.plan : flows.original)
        }
        guard layout.hasFoot, let token = workspace.shownToken else { return }
        drawPosition(token, sides, in: &canvas, row: layout.foot(ofPlan: false))
        if sides.plan != nil { drawLegend(sides, in: &canvas, row: layout.foot(ofPlan: true)) }
    }

    /// Where the cursor is in the text, and whose text it is.
    private func drawPosition(_ token: Int, _ sides: ComparisonSides, in canvas: inout Canvas, row: Rect) {
        let place = [
            Span("token ", theme.mutedStyle), Span("\(token + 1)", theme.strong),
            Span(" of \(sides.tokenCount)", theme.mutedStyle),
        ]
        let writers =
            sides.mode == .teacherForced
            ? ["   written by \(workspace.originalTitle), read by both", "   read by both"]
            : ["   each writes its own"]
        drawFirst(
            of: (writers + [""]).map { place + [Span($0, theme.mutedStyle)] }, in: &canvas, row: row)
    }

    /// Draws the first wording that fits.
    private func drawFirst(of wordings: [[Span]], in canvas: inout Canvas, row: Rect) {
        guard let fitting = wordings.first(where: { columns($0) <= row.width }) ?? wordings.last else {
            return
        }
        canvas.draw(fitting, at: row.origin, width: row.width)
    }

    /// What the marks in the texts mean.
    private func drawLegend(_ sides: ComparisonSides, in canvas: inout Canvas, row: Rect) {
        let marks = sides.view(
            ofPlan: true, isRunning: false, isNumbered: false, cursor: nil, theme: theme)
        let cursor = [Span("token", marks.cursorStyle), Span(" cursor   ", theme.mutedStyle)]
        let differing = [Span("token", marks.mark), Span(" differs   ", theme.mutedStyle)]
        let split = { (words: String) in
            [Span("◆", theme.style(.orange).bold), Span(words, theme.mutedStyle)]
        }
        drawFirst(
            of: [
                cursor + differing + split(" line of the first split"),
                cursor + differing + split(" first split"),
                cursor + differing, cursor,
            ], in: &canvas, row: row)
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
