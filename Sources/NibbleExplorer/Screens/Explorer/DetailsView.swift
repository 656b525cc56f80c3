import NibbleQuantization
import NibbleTerminal

/// The details panel: all figures of the chosen layer, or the few that matter where it is small.
struct DetailsView {
    let workspace: Workspace
    let theme: Theme

    /// Draws the frame and the rows in sight.
    func draw(in canvas: inout Canvas, rect: Rect) {
        canvas.answer(
            in: rect, click: { state, _ in state.workspace?.focus = .details },
            wheel: { _ = $0.scrollDetails(by: 3 * $1) })
        let content = Panel.content(of: rect)
        if Self.isCompact(rect) { return drawCompact(in: &canvas, rect: rect, content: content) }
        let rows = rows(height: content.height)
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

    private static func isCompact(_ rect: Rect) -> Bool { rect.height <= 8 }

    /// The rows in sight, and the last that can stand at the top; nothing scrolls where only the effect is shown.
    func extent(in rect: Rect) -> (visible: Int, last: Int) {
        let height = Panel.content(of: rect).height
        guard !Self.isCompact(rect) else { return (height, 0) }
        return (height, max(0, rows(height: height).count - height))
    }

    private func rows(height: Int) -> [DetailRow] {
        spaced(DetailRows(workspace: workspace, theme: theme).all, height: height)
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

    /// The setting in words, and its effect in columns below.
    private func drawCompact(in canvas: inout Canvas, rect: Rect, content: Rect) {
        let format = workspace.chosenSetting?.storage.format
        Panel(
            title: "Effect",
            context: [Span(format.map(context) ?? "kept as stored", theme.mutedStyle)],
            isFocused: workspace.focus == .details
        ).draw(in: &canvas, rect: rect, theme: theme)
        let words = SettingWords(workspace: workspace, theme: theme)
        canvas.draw(words.storage, at: content.origin, width: content.width)
        canvas.draw(words.arithmetic, at: content.row(1).origin, width: content.width)
        let count = content.width >= 54 ? 3 : 2
        let columns = content.inset(top: 2).columns(
            Array(repeating: .fill(weight: 1), count: count), spacing: 2)
        for (index, row) in effectRows.enumerated()
        where index / count < content.height - 2 {
            draw(row, in: &canvas, line: columns[index % count].row(index / count))
        }
    }

    private func context(_ format: String) -> String {
        workspace.chart.grid == .group ? "of \(format) on the whole layer" : "of \(format) here"
    }

    /// What the setting does, the most needed first.
    private var effectRows: [DetailRow] {
        guard let layer = workspace.chosenLayer else { return [] }
        let size = DetailRow.figure("size", FigureText.bytes(workspace.chosenByteCount), theme.strong)
        let damage = workspace.form.damage(in: workspace)
        let outputs: [DetailRow] = [
            .figure(damage.label, damage.value ?? "—", theme.style(.yellow)),
            .figure("agree", damage.agreement.map(FigureText.percent) ?? "—", theme.style(.green)),
        ]
        guard let analysis = workspace.shownAnalysis, workspace.chosenSetting != nil else {
            let shape = DetailRow.figure("shape", "\(layer.shape.rows) × \(layer.shape.columns)", nil)
            return [size, shape] + outputs
        }
        let text = AnalysisText(analysis: analysis, theme: theme)
        let sqnr = DetailRow.figure("SQNR", text.sqnr, text.sqnrStyle)
        let step = DetailRow.figure(
            "step", analysis.error.step.map { FigureText.number($0) } ?? "—", theme.style(.yellow))
        let clip = DetailRow.figure(
            "clip", text.clipEnds ?? FigureText.percent(analysis.error.clippedFraction),
            analysis.error.clippedCount > 0 ? theme.style(.red) : nil)
        return [sqnr, size] + outputs + [clip, step]
    }
}
