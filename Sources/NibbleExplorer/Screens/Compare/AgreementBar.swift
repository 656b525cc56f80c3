import NibbleEvaluation
import NibbleTerminal

/// A bar with the agreement of two models, how many answers that is, and the first that differs; parts are left out where it is
/// narrow.
struct AgreementBar {
    /// The share of compared answers on which both agree; nil draws nothing.
    let agreement: Double?
    /// Answers that were compared.
    let comparedCount: Int
    /// What is said before the bar where there is room.
    let unit: String
    /// The first answer that differs, counted from 0.
    let first: Int?
    /// What stands before its number where there is room, and what is said where there is none.
    let words: (first: String, none: String)
    let theme: Theme

    /// Draws the longest wording that fits.
    ///
    /// - Parameter alignment: `.trailing` puts it at the right end of the row.
    /// - Returns: The columns that it took.
    @discardableResult
    func draw(in canvas: inout Canvas, row: Rect, alignment: Alignment = .leading) -> Int {
        guard let wording = wordings.first(where: { $0.columns <= row.width }) else { return 0 }
        let start = alignment == .trailing ? row.right - wording.columns : row.x
        let bar = Rect(
            start + canvas.draw(wording.before, at: Point(start, row.y)), row.y, wording.barWidth, 1)
        HorizontalBar(value: agreement ?? 0, fill: .color(theme.good), track: theme.bar).draw(
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

    /// From the longest wording to the shortest; none before the first answer.
    private var wordings: [Wording] {
        guard let agreement, comparedCount > 0 else { return [] }
        let percent = Span(FigureText.percent(agreement), theme.style(.green).bold)
        let agreeing = Int((agreement * Double(comparedCount)).rounded())
        let count = Span("  \(agreeing) of \(comparedCount)", theme.mutedStyle)
        let split = { (words: String) -> Span in
            first.map { Span("  ◆ \(words)@\($0 + 1)", theme.style(.orange)) }
                ?? Span("  ✓ \(self.words.none)", theme.style(.green))
        }
        let blank = Span(" ", theme.plain)
        let short = Span("agree ", theme.mutedStyle)
        let long = split("\(words.first) ")
        return [
            Wording(
                before: [Span("\(unit) ", theme.mutedStyle)], barWidth: 16,
                after: [blank, percent, count, long]),
            Wording(before: [short], barWidth: 12, after: [blank, percent, long]),
            Wording(before: [short], barWidth: 4, after: [blank, percent, long]),
            Wording(before: [short], barWidth: 0, after: [percent, split("")]),
            Wording(before: [], barWidth: 0, after: [percent, split("")]),
            Wording(before: [], barWidth: 0, after: [percent]),
        ]
    }
}
