import NibbleEvaluation
import NibbleTerminal

/// How far the plan is from the original at each item, as columns: the divergence, or what the cosine leaves to 1.
struct ItemChart {
    let workspace: Workspace
    let form: any ItemForm
    let theme: Theme

    private var sides: ItemSides? { workspace.shownItems }
    private var count: Int { sides?.snapshot.items.count ?? 0 }

    /// What is drawn of an item; nil where it is not known.
    private func value(_ item: Int) -> Double? {
        guard let difference = sides?.difference(item) else { return nil }
        return difference.klDivergence ?? difference.cosine.map { 1 - $0 }
    }

    /// Draws the frame, the columns, and below them the numbers of the items with marks at those that changed.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let noun = form.input(of: workspace.model).nouns.one
        let values = (0..<count).map(value)
        let isVector = sides?.summary.meanCosine != nil
        let facts = sides.map { ItemFigures.wordings($0.summary) } ?? []
        Panel(
            title: isVector ? "1 − cosine of each \(noun)" : "KL of each \(noun)",
            context: [Span(isVector ? "√ scale" : "nats, √ scale", theme.mutedStyle)],
            facts: facts.map { [Span($0, theme.mutedStyle)] }
        ).draw(in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        let chart = content.inset(left: 7, bottom: 2)
        guard let peak = values.compactMap(\.self).filter(\.isFinite).max(), peak > 0, chart.height > 0 else {
            let text = values.contains(.infinity) ? "every difference is infinite" : "every output is equal"
            let isKnown = values.contains { $0 != nil }
            canvas.draw(
                isKnown ? text : "", at: content.origin, style: theme.style(.green), width: content.width)
            return
        }
        let step = max(1, min(12, chart.width / max(count, 1)))
        let room = max(1, chart.width / step)
        let first = min(max(0, workspace.shownItem - room / 2), max(0, count - room))
        let window = first..<min(count, first + room)
        drawScale(peak, chart, in: &canvas)
        drawColumns(values, window, step, peak, chart, in: &canvas)
        drawAxis(window, step, chart, in: &canvas)
        canvas.answer(
            in: rect,
            click: { state, point in
                guard point.x >= chart.x, window.contains(first + (point.x - chart.x) / step) else { return }
                state.workspace?.choose(item: first + (point.x - chart.x) / step)
            }, wheel: { _ = $0.workspace?.moveItem(by: $1) })
    }

    private func drawScale(_ peak: Double, _ chart: Rect, in canvas: inout Canvas) {
        var labels = [(row: 0, value: peak)]
        if chart.height >= 4 { labels.append((chart.height / 2, peak / 4)) }
        for label in labels {
            canvas.draw(
                FigureText.number(label.value, digits: 2), at: Point(chart.x - 7, chart.y + label.row),
                style: theme.mutedStyle, width: 6, alignment: .trailing)
            for x in stride(from: chart.x + 1, to: chart.right, by: 4) {
                canvas.draw("·", at: Point(x, chart.y + label.row), style: Style(foreground: theme.frame))
            }
        }
    }

    private func drawColumns(
        _ values: [Double?], _ window: Range<Int>, _ step: Int, _ peak: Double, _ chart: Rect,
        in canvas: inout Canvas
    ) {
        let columns = window.flatMap { item -> [ColumnChart.Column] in
            var column = ColumnChart.Column(.nan, theme.frame)
            if let value = values[item] {
                let color =
                    item == workspace.shownItem
                    ? theme.plan : sides?.hasChanged(item) == true ? theme.bad : theme[.cyan]
                column = .init(min(1, (max(0, value) / peak).squareRoot()), color)
            }
            let gap = step >= 3 ? 1 : 0
            return Array(repeating: column, count: step - gap)
                + Array(repeating: ColumnChart.Column(.nan, theme.frame), count: gap)
        }
        ColumnChart(columns: columns).draw(in: &canvas, rect: chart, theme: theme)
    }

    private func drawAxis(_ window: Range<Int>, _ step: Int, _ chart: Rect, in canvas: inout Canvas) {
        canvas.horizontalLine(
            from: Point(chart.x, chart.bottom), length: chart.width, style: Style(foreground: theme.frame))
        var free = chart.x
        for item in window {
            let x = chart.x + (item - window.lowerBound) * step + (step >= 3 ? (step - 1) / 2 : 0)
            let isChosen = item == workspace.shownItem
            if isChosen {
                canvas.draw("▲", at: Point(x, chart.bottom), style: Style(foreground: theme.plan))
            } else if sides?.hasChanged(item) == true {
                canvas.draw("◆", at: Point(x, chart.bottom), style: theme.style(.orange))
            }
            let text = "\(item + 1)"
            let isRound = step >= 4 || item == window.lowerBound || (item + 1) % 10 == 0
            guard isChosen || isRound && x >= free, x + text.columns <= chart.right else { continue }
            canvas.draw(
                text, at: Point(x, chart.bottom + 1),
                style: isChosen ? Style(foreground: theme.plan).bold : theme.mutedStyle)
            free = x + text.columns + 2
        }
    }
}
