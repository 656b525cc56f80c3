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

    /// A bar with the agreement, how many tokens that is, and the first split; parts are left out where it is narrow.
    ///
    /// - Parameter alignment: `.trailing` puts it at the right end of the row.
    /// - Returns: The columns that it took.
    @discardableResult
    func drawAgreement(in canvas: inout Canvas, row: Rect, alignment: Alignment = .leading) -> Int {
        guard let wording = agreement.first(where: { $0.columns <= row.width }) else { return 0 }
        let start = alignment == .trailing ? row.right - wording.columns : row.x
        let bar = Rect(
            start + canvas.draw(wording.before, at: Point(start, row.y)), row.y, wording.barWidth, 1)
        HorizontalBar(value: sides.agreement ?? 0, fill: .color(theme.good), track: theme.bar).draw(
            in: &canvas, rect: bar, theme: theme)
        canvas.draw(wording.after, at: Point(bar.right, row.y))
        return wording.columns
    }

    /// The agreement in words with a bar between them.
    private struct Wording {
        var before: [Span]
        var barWidth: Int
        var after: [Span]
        var columns: Int { (before + after).reduce(barWidth) { $0 + $1.text.columns } }
    }

    /// From the longest wording to the shortest; none before the first token.
    private var agreement: [Wording] {
        guard let agreement = sides.agreement, let compared = sides.divergence?.comparedCount else {
            return []
        }
        let percent = Span(FigureText.percent(agreement), theme.style(.green).bold)
        let agreeing = Int((agreement * Double(compared)).rounded())
        let count = Span("  \(agreeing) of \(compared)", theme.mutedStyle)
        let split = { (words: String) -> Span in
            sides.firstSplit.map { Span("  ◆ \(words)@\($0 + 1)", theme.style(.orange)) }
                ?? Span("  ✓ no split", theme.style(.green))
        }
        let blank = Span(" ", theme.plain)
        let short = Span("agree ", theme.mutedStyle)
        return [
            Wording(
                before: [Span("top-1 agreement ", theme.mutedStyle)], barWidth: 16,
                after: [blank, percent, count, split("first split ")]),
            Wording(before: [short], barWidth: 12, after: [blank, percent, split("first split ")]),
            Wording(before: [short], barWidth: 4, after: [blank, percent, split("first split ")]),
            Wording(before: [short], barWidth: 0, after: [percent, split("")]),
            Wording(before: [], barWidth: 0, after: [percent, split("")]),
            Wording(before: [], barWidth: 0, after: [percent]),
        ]
    }
}
