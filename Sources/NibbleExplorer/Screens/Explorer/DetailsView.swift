import NibbleQuantization
import NibbleTerminal

/// The details panel: all figures of the chosen layer, or the few that matter where it is small.
struct DetailsView {
    let workspace: Workspace
    let theme: Theme

    /// Draws the frame and the rows in sight.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let content = Panel.content(of: rect)
        if rect.height <= 8 { return drawCompact(in: &canvas, rect: rect, content: content) }
        let rows = spaced(DetailRows(workspace: workspace, theme: theme).all, height: content.height)
        let first = min(workspace.detailsTop, max(0, rows.count - content.height))
        Panel(
            title: "Details", context: [Span(workspace.chosenLayer?.id.shortName ?? "", theme.mutedStyle)],
            isFocused: workspace.focus == .details,
            scroll: ScrollBar(total: rows.count, visible: content.height, offset: first)
        ).draw(in: &canvas, rect: rect, theme: theme)
        for (offset, row) in rows.dropFirst(first).prefix(content.height).enumerated() {
            draw(row, in: &canvas, line: content.row(offset))
        }
    }

    /// A blank row before each section, where there is room for all of them.
    private func spaced(_ rows: [DetailRow], height: Int) -> [DetailRow] {
        let withBlanks = rows.enumerated().flatMap { index, row -> [DetailRow] in
            if case .heading = row, index > 0 { [.figure("", "", nil), row] } else { [row] }
        }
        return withBlanks.count <= height ? withBlanks : rows
    }

    private func draw(_ row: DetailRow, in canvas: inout Canvas, line: Rect) {
        switch row {
        case .heading(let text):
            canvas.draw(text, at: line.origin, style: theme.style(.blue).bold, width: line.width)
        case .figure(let label, let value, let style):
            let columns = min(value.columns, max(0, line.width - 6))
            canvas.draw(
                label, at: line.origin, style: theme.mutedStyle, width: max(0, line.width - columns - 1))
            canvas.draw(
                value, at: Point(line.right - columns, line.y), style: style ?? theme.plain, width: columns)
        }
    }

    /// The effect of the setting in two columns.
    private func drawCompact(in canvas: inout Canvas, rect: Rect, content: Rect) {
        let format = workspace.chosenSetting?.storage.format
        Panel(
            title: "Effect",
            context: [Span(format.map { "of \($0) here" } ?? "kept as stored", theme.mutedStyle)],
            isFocused: workspace.focus == .details
        ).draw(in: &canvas, rect: rect, theme: theme)
        let columns = content.columns([.fill(weight: 1), .fill(weight: 1)], spacing: 3)
        for (index, row) in compactRows.enumerated() where index / 2 < content.height {
            draw(row, in: &canvas, line: columns[index % 2].row(index / 2))
        }
    }

    private var compactRows: [DetailRow] {
        guard let layer = workspace.chosenLayer else { return [] }
        let size = DetailRow.figure("size", FigureText.bytes(workspace.chosenByteCount), theme.strong)
        guard let analysis = workspace.shownAnalysis, let setting = workspace.chosenSetting else {
            return [.figure("shape", "\(layer.shape.rows) × \(layer.shape.columns)", nil), size]
        }
        let text = AnalysisText(analysis: analysis, theme: theme)
        let sides = workspace.currentSides
        let agreement = sides.agreement.map(FigureText.percent) ?? "—"
        return [
            .figure("SQNR", text.sqnr, text.sqnrStyle), size,
            .figure("per", SettingText.granularity(setting.storage.granularity), nil),
            .figure("range", SettingText.range(setting.storage) ?? "its own", nil),
            .figure("activations", setting.arithmetic.activation, nil),
            .figure("step", analysis.error.step.map { FigureText.number($0) } ?? "—", theme.style(.yellow)),
            .figure("KL", sides.damage.map(FigureText.nats) ?? "—", theme.style(.yellow)),
            .figure("agree", agreement, theme.style(.green)),
        ]
    }
}
