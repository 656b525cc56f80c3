import NibbleKernels
import NibbleQuantization
import NibbleTerminal

/// What the running session counts in the plan's layers: activation clips, accumulator overflows, odd values.
struct CountersView {
    let workspace: Workspace
    let theme: Theme

    /// Draws the layers that count most, or that nothing happened.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(title: "Counted in the layers", context: [Span("while running", theme.mutedStyle)]).draw(
            in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        let rows = rows
        guard !rows.isEmpty else {
            let text =
                workspace.shownSides.plan == nil
                ? "" : "✓ no clip, no overflow, no NaN, no infinity"
            canvas.draw(text, at: content.origin, style: theme.style(.green), width: content.width)
            return
        }
        draw(
            ["layer", "fmt", "act. clips", "overflows", "NaN/∞"], [theme.mutedStyle], in: &canvas,
            line: content.row(0))
        for (index, row) in rows.prefix(max(0, content.height - 1)).enumerated() {
            let styles = [
                theme.plain, Style(foreground: theme.plan), style(row.report.activationClips, .orange),
                style(row.report.accumulatorOverflows, .red), style(row.report.nonFiniteValues, .red),
            ]
            draw(
                [row.name, row.format]
                    + [
                        row.report.activationClips, row.report.accumulatorOverflows,
                        row.report.nonFiniteValues,
                    ].map(text),
                styles, in: &canvas, line: content.row(index + 1))
        }
    }

    private var rows: [(name: String, format: String, report: KernelReport)] {
        let counted = (workspace.shownSides.plan?.reports ?? [:]).filter { $0.value.eventCount > 0 }
        let numbered = counted.compactMap { path, report in
            workspace.table.structure.numbers[path].map { (layer: $0, path: path, report: report) }
        }
        return numbered.sorted {
            let (first, second) = ($0.report.eventCount, $1.report.eventCount)
            return first == second ? $0.layer < $1.layer : first > second
        }.map { layer, path, report in
            (path.shortName, workspace.shownSetting(of: layer)?.storage.format ?? "—", report)
        }
    }

    private func text(_ tally: KernelReport.Tally) -> String {
        tally.count == 0 ? "—" : FigureText.percent(tally.fraction)
    }

    private func style(_ tally: KernelReport.Tally, _ slot: Slot) -> Style {
        tally.count == 0 ? theme.mutedStyle : theme.style(slot).bold
    }

    private func draw(_ texts: [String], _ styles: [Style], in canvas: inout Canvas, line: Rect) {
        let columns = line.columns([.minimum(12), .fixed(9), .fixed(11), .fixed(10), .fixed(7)], spacing: 1)
        for (index, text) in texts.enumerated() {
            canvas.draw(
                text, at: columns[index].origin, style: styles[min(index, styles.count - 1)],
                width: columns[index].width,
                alignment: index < 2 ? .leading : .trailing)
        }
    }
}

extension KernelReport {
    /// Clips, overflows and odd values together.
    var eventCount: Int { activationClips.count + accumulatorOverflows.count + nonFiniteValues.count }
}
