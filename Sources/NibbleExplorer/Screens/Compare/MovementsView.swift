import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// The layers whose outputs the plan moves most at the token or for the input under the cursor, with what they counted there.
struct MovementsView {
    let workspace: Workspace
    let theme: Theme
    /// What the job is at, while it runs.
    let progress: String?
    /// What is moved: a token, a text, an image.
    var noun = "token"

    /// Draws the layers, the rest of them in one row, and what the whole run has counted.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(
            title: "Layers that moved this \(noun) most",
            facts: [[Span("‖Wx − Ŵx‖ ÷ ‖Wx‖", theme.mutedStyle)], [Span("‖Δ‖ ÷ ‖y‖", theme.mutedStyle)]]
        ).draw(in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        let foot = content.height >= 5 ? 2 : 0
        let area = content.inset(bottom: foot)
        if let layers = workspace.comparison.movements.layers(of: workspace.movementKey) {
            draw(layers, in: &canvas, content: area)
        } else {
            canvas.draw(lines: hint.wrapped(to: content.width), in: area, style: theme.mutedStyle)
        }
        if foot > 0 { drawCounters(in: &canvas, line: content.row(content.height - 1)) }
    }

    private var hint: String {
        if let problem = workspace.comparison.movements.wanted.state.problem { return problem }
        guard workspace.movementKey != nil else { return "" }
        return workspace.comparison.run.state.isRunning
            ? "measured once the run has ended" : progress.map { $0 + " …" } ?? "measuring …"
    }

    private func draw(_ layers: [LayerMovement], in canvas: inout Canvas, content: Rect) {
        guard !layers.isEmpty else {
            let text = "The plan keeps every layer as it is stored: none moves the \(noun)."
            canvas.draw(lines: text.wrapped(to: content.width), in: content, style: theme.style(.green))
            return
        }
        let hasEvents = layers.contains { $0.report.eventCount > 0 }
        let name = content.width >= 80 ? 34 : 17
        let columns = content.columns(
            [.fixed(name), .fixed(8), .fill(weight: 1), .fixed(7), .fixed(hasEvents ? 8 : 0)], spacing: 1)
        drawHeads(columns, in: &canvas)
        let room = content.height - 1
        let shown = layers.prefix(layers.count > room ? room - 1 : room)
        let peak = layers.first.map { $0.relativeError.isFinite ? max($0.relativeError, 1e-12) : 1 } ?? 1
        for (index, layer) in shown.enumerated() {
            draw(layer, peak: peak, columns, in: &canvas, row: index + 1)
        }
        let others = layers.dropFirst(shown.count)
        guard let next = others.first else { return }
        let row = shown.count + 1
        canvas.draw(
            "\(others.count) other layers, each at most", at: columns[0].row(row).origin,
            style: theme.mutedStyle, width: columns[3].x - columns[0].x - 1)
        canvas.draw(
            FigureText.percent(next.relativeError), at: columns[3].row(row).origin, style: theme.mutedStyle,
            width: columns[3].width, alignment: .trailing)
    }

    private func drawHeads(_ columns: [Rect], in canvas: inout Canvas) {
        let heads = ["layer", "fmt", "output error", "", "counted"]
        for (index, head) in heads.enumerated() {
            canvas.draw(
                head, at: columns[index].origin, style: theme.mutedStyle, width: columns[index].width,
                alignment: index == 4 ? .trailing : .leading)
        }
    }

    private func draw(
        _ layer: LayerMovement, peak: Double, _ columns: [Rect], in canvas: inout Canvas, row: Int
    ) {
        let path = layer.layer
        canvas.answer(
            in: Rect(columns[0].x, columns[0].y + row, columns[4].right - columns[0].x, 1),
            click: { state, _ in state.showLayer(path) })
        let name = LayerPath.fitting(layer.layer.wordings, width: columns[0].width)
        canvas.draw(name, at: columns[0].row(row).origin, style: theme.plain, width: columns[0].width)
        let format = workspace.table.structure.numbers[layer.layer]
            .flatMap { workspace.shownSetting(of: $0) }?.storage.format
        canvas.draw(
            format ?? "—", at: columns[1].row(row).origin, style: Style(foreground: theme.plan),
            width: columns[1].width)
        let error = layer.relativeError
        HorizontalBar(value: error.isFinite ? error / peak : 1, fill: .ramp, track: theme.bar).draw(
            in: &canvas, rect: columns[2].row(row), theme: theme)
        canvas.draw(
            error.isFinite ? FigureText.percent(error) : "NaN", at: columns[3].row(row).origin,
            style: error.isFinite ? theme.strong : theme.style(.red).bold, width: columns[3].width,
            alignment: .trailing)
        canvas.draw(
            KernelReportText.events(of: layer.report, theme), at: columns[4].row(row).origin,
            width: columns[4].width, alignment: .trailing)
    }

    /// The sums over all layers and tokens of the run.
    private func drawCounters(in canvas: inout Canvas, line: Rect) {
        guard let reports = workspace.shownSides.plan?.reports ?? workspace.shownItems?.reports else {
            return
        }
        var total = KernelReport()
        for report in reports.values {
            total.activationClips.add(report.activationClips)
            total.accumulatorOverflows.add(report.accumulatorOverflows)
            total.nonFiniteValues.add(report.nonFiniteValues)
        }
        let spans =
            total.eventCount == 0
            ? [Span("✓ no clip, no overflow, no NaN in the whole run", theme.style(.green))]
            : [Span("whole run  ", theme.mutedStyle)] + KernelReportText.sums(of: total, theme)
        canvas.draw(spans, at: line.origin, width: line.width)
    }
}

/// What products count, in few columns.
enum KernelReportText {
    /// The worst of the events with its count: `! 3`, `▲ 12`, `△ 0.3%`; nothing where there was none.
    static func events(of report: KernelReport, _ theme: Theme) -> [Span] {
        if report.nonFiniteValues.count > 0 {
            return [Span("! \(FigureText.grouped(report.nonFiniteValues.count))", theme.style(.red).bold)]
        }
        if report.accumulatorOverflows.count > 0 {
            return [
                Span("▲ \(FigureText.grouped(report.accumulatorOverflows.count))", theme.style(.red).bold)
            ]
        }
        guard report.activationClips.count > 0 else { return [Span("—", theme.mutedStyle)] }
        return [Span("△ \(FigureText.percent(report.activationClips.fraction))", theme.style(.orange))]
    }

    /// All events that there were.
    static func sums(of report: KernelReport, _ theme: Theme) -> [Span] {
        let tallies: [(tally: KernelReport.Tally, sign: String, name: String, slot: Slot)] = [
            (report.nonFiniteValues, "!", "NaN/∞", .red),
            (report.accumulatorOverflows, "▲", "overflows", .red),
            (report.activationClips, "△", "clips", .orange),
        ]
        return tallies.filter { $0.tally.count > 0 }.map {
            let count = "\($0.sign) \(FigureText.grouped($0.tally.count)) \($0.name)  "
            return Span(count, theme.style($0.slot))
        }
    }
}

extension KernelReport {
    /// Clips, overflows and odd values together.
    var eventCount: Int { activationClips.count + accumulatorOverflows.count + nonFiniteValues.count }
}
