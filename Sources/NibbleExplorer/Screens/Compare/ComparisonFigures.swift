import NibbleEvaluation
import NibbleTerminal

/// Figures of a comparison that several places show.
struct ComparisonFigures {
    let sides: ComparisonSides
    let theme: Theme

    /// Height 0…1 of a divergence: the square root, 1 nat filling the chart.
    static func height(_ klDivergence: Double) -> Double { min(1, max(0, klDivergence).squareRoot()) }

    /// Tokens per second of one model's own compute; nil before there is a second token.
    static func speed(_ progress: ContestantProgress) -> String? {
        let speed = progress.tokensPerSecond
        return speed > 0 ? FigureText.decimals(speed, speed < 100 ? 1 : 0) + " tok/s" : nil
    }

    /// A bar with the agreement and the first split beside it.
    func drawAgreement(in canvas: inout Canvas, row: Rect) {
        guard let agreement = sides.agreement else { return }
        var x = row.x + canvas.draw("agree ", at: row.origin, style: theme.mutedStyle)
        let bar = Rect(x, row.y, min(16, max(4, row.width - 34)), 1)
        HorizontalBar(value: agreement, fill: .color(theme.good), track: theme.bar).draw(
            in: &canvas, rect: bar, theme: theme)
        x = bar.right + 1
        x +=
            canvas.draw(FigureText.percent(agreement), at: Point(x, row.y), style: theme.style(.green).bold)
            + 2
        let split = sides.firstSplit
        let text = split.map { "◆ first split @\($0 + 1)" } ?? "no split"
        canvas.draw(
            text, at: Point(x, row.y), style: theme.style(split == nil ? .green : .orange),
            width: max(0, row.right - x))
    }
}
