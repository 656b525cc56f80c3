import NibbleQuantization
import NibbleStatistics
import NibbleTerminal

/// The weights panel: histogram of the original and of the stored codes, the grid and what it clips.
struct WeightsView {
    let workspace: Workspace
    let theme: Theme

    /// Draws the frame, the figures and the chart, or why there is none.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let layer = workspace.chosenLayer
        let name = isNarrow(rect) ? layer?.id.shortName : layer?.id.name
        Panel(
            title: "Weights", context: [Span(name ?? "", theme.mutedStyle)],
            facts: facts.map { [Span($0, theme.mutedStyle)] },
            isFocused: workspace.focus == .weights
        ).draw(in: &canvas, rect: rect, theme: theme)
        canvas.answer(
            in: rect, click: { state, _ in state.workspace?.focus = .weights },
            wheel: { state, direction in
                guard state.workspace?.chart.grid == .group else { return }
                _ = state.workspace?.moveGridRow(by: direction)
            })
        let content = Panel.content(of: rect)
        if let problem = workspace.chart.analysis.state.problem {
            drawSentence(problem, style: theme.style(.red), in: &canvas, rect: content)
        } else if let analysis = workspace.shownAnalysis {
            canvas.clipped(to: content) { draw(analysis, in: &$0, rect: content) }
        } else if layer == nil {
            drawSentence(workspace.noLayerReason, style: theme.mutedStyle, in: &canvas, rect: content)
        } else {
            drawSentence("counting …", style: theme.mutedStyle, in: &canvas, rect: content)
        }
    }

    private func isNarrow(_ rect: Rect) -> Bool { rect.width < 54 }

    /// What is drawn and how, the longest wording first.
    private var facts: [String] {
        let chart = workspace.chart
        let isSampled = workspace.shownAnalysis.map { !$0.isExact } ?? false
        let sign = isSampled ? "~ " : ""
        let grid = chart.grid.rawValue
        return [
            (isSampled ? "~ sampled · " : "") + "\(chart.kind.rawValue) · \(grid)",
            "\(sign)\(chart.kind.rawValue) · \(grid)", "\(sign)\(grid)",
        ]
    }

    private func drawSentence(_ text: String, style: Style, in canvas: inout Canvas, rect: Rect) {
        canvas.draw(lines: text.wrapped(to: rect.width), in: rect.inset(top: 1), style: style)
    }

    private func draw(_ analysis: LayerAnalysis, in canvas: inout Canvas, rect: Rect) {
        let text = AnalysisText(analysis: analysis, theme: theme, isOfPart: true)
        let isNarrow = rect.width < 50
        canvas.draw(text.legend(width: rect.width), at: rect.origin, width: rect.width)
        var used = 1
        if !isNarrow, rect.height >= 14 {
            canvas.draw(text.figures(width: rect.width), at: Point(rect.x, rect.y + 1), width: rect.width)
            used = 2
        }
        drawClipCounts(analysis, in: &canvas, row: rect.row(used))
        let chart = rect.inset(top: used + 1)
        guard chart.height >= 5 else { return }
        PictureDrawing(
            picture: analysis.picture, kind: workspace.chart.kind, originalName: workspace.originalTitle,
            format: analysis.request.storage?.format, theme: theme
        ).draw(in: &canvas, rect: chart)
    }

    /// How many weights lie beyond each end of the grid.
    private func drawClipCounts(_ analysis: LayerAnalysis, in canvas: inout Canvas, row: Rect) {
        let error = analysis.shownError
        let style = theme.style(.red).bold
        let word = row.width < 50 ? "" : " clipped"
        let sign = analysis.isExact ? "" : "~"
        if error.clippedLow.count > 0 {
            let text = "◀ \(sign)\(FigureText.grouped(analysis.estimated(error.clippedLow.count)))\(word)"
            canvas.draw(text, at: Point(row.x + ExplorerLayout.scaleColumns, row.y), style: style)
        }
        if error.clippedHigh.count > 0 {
            let text = "\(sign)\(FigureText.grouped(analysis.estimated(error.clippedHigh.count)))\(word) ▶"
            canvas.draw(text, at: Point(row.right - text.columns, row.y), style: style)
        }
    }
}

extension LayerAnalysis {
    /// The error of what is drawn: a row or group, or the layer.
    var shownError: EncodingError { part?.error ?? error }

    /// The weights that are drawn: of a row or group, or of the layer.
    var shownSummary: ValueSummary { part?.summary ?? summary }

    /// Which row and group are drawn, in words; nil where the whole layer is.
    var place: String? {
        switch picture.mode {
        case .whole, .scaled: nil
        case .row(let row): "row \(row)"
        case .group(let row, let group): "row \(row), group \(group)"
        }
    }

    /// What a count in the sample stands for in the whole layer; the count itself when all weights were read.
    func estimated(_ count: Int) -> Int {
        isExact || error.sampledCount == 0
            ? count : Int((Double(count) * Double(summary.count) / Double(error.sampledCount)).rounded())
    }
}

extension Workspace {
    /// Why there is no layer to look at.
    var noLayerReason: String {
        tree.filter.isEmpty
            ? "The file has no matrix that nibble can read."
            : "No layer matches \(tree.filter.printable): / changes the filter, Esc clears it."
    }

    /// The analysis on display: of the chosen layer, perhaps of a setting just left, until the new one arrives.
    var shownAnalysis: LayerAnalysis? {
        guard let shown = chart.analysis.value, shown.request.layer == chosenLayer?.id else { return nil }
        return shown
    }
}
