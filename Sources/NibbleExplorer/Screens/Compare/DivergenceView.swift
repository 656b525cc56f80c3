import NibbleEvaluation
import NibbleTerminal

/// KL per token in nats, on a square-root scale, with the cursor and the tokens that differ on the axis.
struct DivergenceView {
    let sides: ComparisonSides
    /// The token under the cursor.
    let shownToken: Int?
    let theme: Theme

    /// The tokens in sight: as many as there are columns, the cursor among them.
    static func window(of count: Int, around shownToken: Int?, columns: Int) -> Range<Int> {
        guard count > columns, columns > 0 else { return 0..<count }
        let focus = shownToken ?? count - 1
        let start = min(max(0, focus - columns / 2), count - columns)
        return start..<start + columns
    }

    /// Draws the frame, columns and axis.
    func draw(in canvas: inout Canvas, layout: CompareLayout) {
        let records = sides.plan?.records ?? []
        let values = records.compactMap(\.klDivergence)
        var fact = ""
        if let mean = sides.damage, let worst = sides.divergence?.worstKL,
            let place = sides.divergence?.worstIndex
        {
            fact = "mean \(FigureText.nats(mean))   worst \(FigureText.nats(worst)) @\(place + 1)"
        }
        Panel(
            title: "KL per token", context: [Span("nats, √ scale", theme.mutedStyle)],
            fact: [Span(fact, theme.mutedStyle)]
        ).draw(in: &canvas, rect: layout.divergence, theme: theme)
        guard let peak = values.max(), peak > 0 else {
            let text = values.isEmpty ? "" : "no divergence: every probability is equal"
            canvas.draw(text, at: Panel.content(of: layout.divergence).origin, style: theme.style(.green))
            return
        }
        drawColumns(records, peak: peak, in: &canvas, chart: layout.divergenceChart)
        if layout.divergenceChart.x > Panel.content(of: layout.divergence).x {
            drawScale(peak, in: &canvas, chart: layout.divergenceChart)
        }
        if layout.divergence.height >= 6 { drawAxis(records, in: &canvas, chart: layout.divergenceChart) }
    }

    private func drawColumns(_ records: [TokenRecord], peak: Double, in canvas: inout Canvas, chart: Rect) {
        let window = window(chart)
        let columns = window.map { index -> ColumnChart.Column in
            guard index < records.count, let value = records[index].klDivergence else {
                return .init(.nan, theme.frame)
            }
            let color =
                index == shownToken ? theme.plan : records[index].agrees ? theme[.cyan] : theme.bad
            return .init((max(0, value) / peak).squareRoot(), color)
        }
        ColumnChart(columns: columns).draw(in: &canvas, rect: chart, theme: theme)
    }

    private func window(_ chart: Rect) -> Range<Int> {
        Self.window(of: sides.tokenCount, around: shownToken, columns: chart.width)
    }

    private func drawScale(_ peak: Double, in canvas: inout Canvas, chart: Rect) {
        let style = theme.mutedStyle
        let x = chart.x - 6
        canvas.draw(
            scale(peak), at: Point(x, chart.y), style: style, width: 5, alignment: .trailing)
        guard chart.height >= 3 else { return }
        let half = scale(peak / 4)
        canvas.draw(
            half, at: Point(x, chart.y + chart.height / 2), style: style, width: 5, alignment: .trailing)
    }

    private func scale(_ value: Double) -> String {
        value < 0.01 ? FigureText.number(value, digits: 2) : FigureText.decimals(value, 2)
    }

    private func drawAxis(_ records: [TokenRecord], in canvas: inout Canvas, chart: Rect) {
        canvas.horizontalLine(
            from: Point(chart.x, chart.bottom), length: chart.width, style: Style(foreground: theme.frame))
        let window = window(chart)
        let firstSplit = sides.firstSplit
        for index in window where index < records.count && !records[index].agrees {
            let isFirst = index == firstSplit
            canvas.draw(
                isFirst ? "◆" : "•", at: Point(chart.x + index - window.lowerBound, chart.bottom),
                style: theme.style(isFirst ? .orange : .red))
        }
        for number in stride(from: (window.lowerBound / 20 + 1) * 20, through: window.upperBound, by: 20) {
            canvas.draw(
                "\(number)", at: Point(chart.x + number - 1 - window.lowerBound, chart.bottom + 1),
                style: theme.mutedStyle)
        }
        guard let cursor = shownToken, window.contains(cursor) else { return }
        let x = chart.x + cursor - window.lowerBound
        canvas.draw("▲", at: Point(x, chart.bottom), style: Style(foreground: theme.plan))
        canvas.draw(
            "\(cursor + 1) ", at: Point(x, chart.bottom + 1), style: Style(foreground: theme.plan).bold)
    }
}
