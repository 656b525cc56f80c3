import NibbleTerminal
import NibbleTransformers

/// The relative error of every layer in the order of the model: where in the network the plan hurts.
struct OverviewView {
    let workspace: Workspace
    let theme: Theme

    private var table: LayerTable { workspace.table }

    /// Draws the frame, a column for each layer or for several, and where the chosen one stands.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(
            title: "Errors",
            context: [Span("of all layers in the order of the model, relative, √ scale", theme.mutedStyle)],
            facts: facts.map { [Span($0, theme.mutedStyle)] }
        ).draw(in: &canvas, rect: rect, theme: theme)
        let count = table.structure.layers.count
        let chart = Panel.content(of: rect).inset(left: ExplorerLayout.scaleColumns, bottom: 2)
        guard count > 0, chart.height > 0, chart.width > 0 else { return }
        let scale = OverviewScale(layerCount: count, chart: chart)
        drawColumns(scale, in: &canvas)
        drawAxis(scale, in: &canvas)
    }

    /// The layer with the largest error that is known.
    private var worst: (layer: Int, error: Double)? {
        table.figures.indices.compactMap { layer in
            table.figures[layer].map { (layer, $0.relativeError) }
        }.max { $0.error < $1.error }
    }

    private var facts: [String] {
        guard let worst else { return [] }
        let path = table.structure.layers[worst.layer].id
        return path.wordings.map { "worst \($0) \(FigureText.percent(worst.error))" }
    }

    private func drawColumns(_ scale: OverviewScale, in canvas: inout Canvas) {
        let columns = (0..<scale.usedColumns).map { column -> ColumnChart.Column in
            let errors = scale.layers(at: column).compactMap { table.figures[$0]?.relativeError }
            guard let error = errors.max() else { return .init(.nan, theme.frame) }
            let heat = LayerTreeView.heat(of: error)
            return .init(heat, theme.ramp(heat))
        }
        for (row, error) in [(0, 1.0), (scale.chart.height / 2, 0.25)] where row < scale.chart.height {
            let y = scale.chart.y + row
            canvas.draw(
                FigureText.percent(error), at: Point(scale.chart.x - ExplorerLayout.scaleColumns, y),
                style: theme.mutedStyle, width: 5, alignment: .trailing)
            for x in stride(from: scale.chart.x + 1, to: scale.chart.right, by: 4) {
                canvas.draw("·", at: Point(x, y), style: Style(foreground: theme.frame))
            }
        }
        ColumnChart(columns: columns).draw(in: &canvas, rect: scale.chart, theme: theme)
    }

    /// A line with the numbers of the blocks, and a mark at the chosen layer.
    private func drawAxis(_ scale: OverviewScale, in canvas: inout Canvas) {
        let chart = scale.chart
        canvas.horizontalLine(
            from: Point(chart.x, chart.bottom), length: chart.width, style: Style(foreground: theme.frame))
        let chosen = workspace.chosenNumber.map { scale.column(of: $0) }
        var free = chart.x
        for group in table.structure.hierarchy.groups where group.depth == 0 {
            guard let first = table.structure.hierarchy.order[group.layers].min() else { continue }
            let x = chart.x + scale.column(of: first)
            let text = group.title.split(separator: ".").last.map(String.init) ?? group.title
            guard x >= free, x + text.columns <= chart.right else { continue }
            canvas.draw("┬", at: Point(x, chart.bottom), style: Style(foreground: theme.frame))
            canvas.draw(text, at: Point(x, chart.bottom + 1), style: theme.mutedStyle)
            free = x + text.columns + 2
        }
        guard let chosen else { return }
        canvas.draw("▲", at: Point(chart.x + chosen, chart.bottom), style: theme.style(.blue).bold)
    }
}

/// Which columns of the overview belong to which layers.
struct OverviewScale: Hashable {
    let layerCount: Int
    let chart: Rect

    /// Columns of one layer; 1 where there are more layers than columns.
    private var columnsPerLayer: Int { max(1, min(6, chart.width / max(layerCount, 1))) }
    /// Columns that have layers.
    var usedColumns: Int { min(chart.width, layerCount * columnsPerLayer) }

    /// The layers of a column: one, or as many as must share it.
    func layers(at column: Int) -> Range<Int> {
        guard layerCount > chart.width else {
            let layer = column / columnsPerLayer
            return layer..<min(layer + 1, layerCount)
        }
        return column * layerCount
            / chart.width..<max(
                column * layerCount / chart.width + 1, (column + 1) * layerCount / chart.width)
    }

    /// The first column of a layer.
    func column(of layer: Int) -> Int {
        layerCount > chart.width ? layer * chart.width / layerCount : layer * columnsPerLayer
    }
}
