import NibbleEvaluation
import NibbleTerminal

/// KL per token in nats, on a square-root scale, with the cursor and the tokens that differ on the axis.
struct DivergenceView {
    let sides: ComparisonSides
    /// The token under the cursor.
    let shownToken: Int?
    let scale: DivergenceScale
    let theme: Theme

    private var records: [TokenRecord] { sides.plan?.records ?? [] }
    private var chart: Rect { scale.chart }

    /// Draws the frame, columns and axis.
    func draw(in canvas: inout Canvas, layout: CompareLayout) {
        drawFrame(in: &canvas, rect: layout.divergence)
        let values = records.compactMap(\.klDivergence)
        guard let peak = values.filter(\.isFinite).max(), peak > 0 else {
            let text =
                values.isEmpty
                ? ""
                : values.contains(.infinity) ? "every divergence is infinite" : "every probability is equal"
            canvas.draw(
                text, at: Panel.content(of: layout.divergence).origin,
                style: theme.style(values.contains(.infinity) ? .red : .green))
            return
        }
        if chart.x > Panel.content(of: layout.divergence).x { drawScale(peak, in: &canvas) }
        drawColumns(peak: peak, in: &canvas)
        if layout.axisRows > 0 { drawAxis(in: &canvas) }
        if layout.axisRows > 1 { drawNumbers(in: &canvas) }
    }

    private func drawFrame(in canvas: inout Canvas, rect: Rect) {
        var facts: [String] = []
        if let mean = sides.damage, let worst = sides.divergence?.worstKL,
            let place = sides.divergence?.worstIndex
        {
            let mean = "mean \(FigureText.nats(mean))"
            facts = ["\(mean)   worst \(FigureText.nats(worst)) @\(place + 1)", mean]
        }
        Panel(
            title: "KL per token", context: [Span(rect.width < 60 ? "" : "nats, √ scale", theme.mutedStyle)],
            facts: facts.map { [Span($0, theme.mutedStyle)] }
        ).draw(in: &canvas, rect: rect, theme: theme)
    }

    private func drawColumns(peak: Double, in canvas: inout Canvas) {
        let columns = scale.window.flatMap { index -> [ColumnChart.Column] in
            var column = ColumnChart.Column(.nan, theme.frame)
            if index < records.count, let value = records[index].klDivergence {
                let color =
                    index == shownToken ? theme.plan : records[index].agrees ? theme[.cyan] : theme.bad
                column = .init(min(1, (max(0, value) / peak).squareRoot()), color)
            }
            return Array(repeating: column, count: scale.columnsPerToken)
        }
        ColumnChart(columns: columns).draw(in: &canvas, rect: chart, theme: theme)
    }

    /// The peak, and where there is room a quarter of it, which stands at half the height, and nothing at the bottom.
    private func drawScale(_ peak: Double, in canvas: inout Canvas) {
        var labels = [(row: 0, value: peak)]
        if chart.height >= 3 {
            labels += [(row: chart.height / 2, value: peak / 4), (row: chart.height - 1, value: 0)]
        }
        for label in labels {
            let y = chart.y + label.row
            canvas.draw(
                label.value == 0 ? "0" : text(label.value), at: Point(chart.x - 6, y),
                style: theme.mutedStyle, width: 5, alignment: .trailing)
            guard label.value > 0 else { continue }
            for x in stride(from: chart.x + 1, to: chart.right, by: 4) {
                canvas.draw("·", at: Point(x, y), style: Style(foreground: theme.frame))
            }
        }
    }

    private func text(_ value: Double) -> String {
        // Five columns are there: `0.05`, and below a hundredth `5e−04`.
        guard value < 0.01 else { return FigureText.decimals(value, 2) }
        let text = FigureText.number(value, digits: 2)
        return text.columns <= 5 ? text : FigureText.exponent(value)
    }

    /// The line below the columns with a mark at each token that differs and at the cursor.
    private func drawAxis(in canvas: inout Canvas) {
        canvas.horizontalLine(
            from: Point(chart.x, chart.bottom), length: chart.width, style: Style(foreground: theme.frame))
        for index in scale.window where index < records.count && !records[index].agrees {
            let isFirst = index == sides.firstSplit
            canvas.draw(
                isFirst ? "◆" : "•", at: Point(scale.column(of: index), chart.bottom),
                style: theme.style(isFirst ? .orange : .red))
        }
        guard let cursor = shownToken, scale.window.contains(cursor) else { return }
        canvas.draw(
            "▲", at: Point(scale.column(of: cursor), chart.bottom), style: Style(foreground: theme.plan))
    }

    /// The numbers of the cursor, of the first split, and round ones where they touch neither.
    private func drawNumbers(in canvas: inout Canvas) {
        var taken: [Range<Int>] = []
        var labels = [(token: Int, style: Style)]()
        if let shownToken { labels.append((shownToken, Style(foreground: theme.plan).bold)) }
        if let first = sides.firstSplit { labels.append((first, theme.style(.orange).bold)) }
        labels += roundTokens.map { ($0, theme.mutedStyle) }
        for (token, style) in labels where scale.window.contains(token) {
            let text = "\(token + 1)"
            let x = min(scale.column(of: token), chart.right - text.count)
            let room = x - 1..<x + text.count + 1
            guard !taken.contains(where: { $0.overlaps(room) }) else { continue }
            taken.append(room)
            canvas.draw(text, at: Point(x, chart.bottom + 1), style: style)
        }
    }

    /// The first token in sight, then every twentieth, or every tenth where tokens are wide.
    private var roundTokens: [Int] {
        let step = scale.columnsPerToken >= 2 ? 10 : 20
        let window = scale.window
        let first = (window.lowerBound / step + 1) * step
        return [window.lowerBound] + stride(from: first, through: window.upperBound, by: step).map { $0 - 1 }
    }
}
