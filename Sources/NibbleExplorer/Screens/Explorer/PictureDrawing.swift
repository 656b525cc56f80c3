import NibbleStatistics
import NibbleTerminal

/// Two histograms of a layer over one axis, in the kind of chart that was chosen.
struct PictureDrawing {
    let picture: LayerPicture
    let kind: WeightChart.Kind
    /// How the original is stored.
    let originalName: String
    /// The format of the codes; nil draws the original alone.
    let format: String?
    let theme: Theme

    /// Draws the chart with a label on each histogram.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let drawing = HistogramDrawing(
            original: picture.original.estimatedCounts, quantized: picture.quantized.estimatedCounts,
            lower: picture.original.lower, upper: picture.original.upper, clip: picture.clipLines,
            theme: theme)
        let plot = rect.inset(left: ExplorerLayout.scaleColumns, bottom: 2)
        guard let format else {
            drawing.drawOriginal(in: &canvas, rect: rect)
            return drawLabel(originalName, theme.original, Point(plot.x + 1, plot.y), in: &canvas)
        }
        switch kind {
        case .mirror:
            drawing.drawMirror(in: &canvas, rect: rect)
            drawLabel(originalName, theme.original, Point(plot.x + 1, plot.y), in: &canvas)
            drawLabel(format, theme.plan, Point(plot.x + 1, plot.bottom - 1), in: &canvas)
        case .blocks:
            drawing.drawBlocks(in: &canvas, rect: rect)
        }
    }

    private func drawLabel(_ text: String, _ color: Color, _ point: Point, in canvas: inout Canvas) {
        canvas.draw(text, at: point, style: Style(foreground: color).bold)
    }
}

/// A second chart of the chosen layer, where the screen is wide enough: the codes beside the weights.
struct CompanionView {
    let workspace: Workspace
    let theme: Theme

    /// Draws the frame and the chart, once it is known.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let picture = workspace.shownAnalysis?.companion
        let isOfCodes = picture.map { $0.axis == .code } ?? (workspace.chart.grid != .scaled)
        Panel(
            title: isOfCodes ? "Codes" : "Weights",
            context: [Span(workspace.chosenLayer?.id.name ?? "", theme.mutedStyle)],
            facts: (isOfCodes ? ["each weight ÷ its own scale", "weight ÷ scale"] : ["by value"]).map {
                [Span($0, theme.mutedStyle)]
            }
        ).draw(in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        guard let picture, let storage = workspace.shownAnalysis?.request.storage else {
            let hint = workspace.chosenSetting == nil ? "kept as stored: there are no codes" : "counting …"
            canvas.draw(hint, at: content.row(1).origin, style: theme.mutedStyle, width: content.width)
            return
        }
        canvas.clipped(to: content) {
            PictureDrawing(
                picture: picture, kind: workspace.chart.kind, originalName: workspace.originalTitle,
                format: storage.format, theme: theme
            ).draw(in: &$0, rect: content.inset(top: 1))
        }
    }
}
