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

    /// The agreement with the first split.
    ///
    /// - Parameter alignment: `.trailing` puts it at the right end of the row.
    /// - Returns: The columns that it took.
    @discardableResult
    func drawAgreement(in canvas: inout Canvas, row: Rect, alignment: Alignment = .leading) -> Int {
        AgreementBar(
            agreement: sides.agreement, comparedCount: sides.divergence?.comparedCount ?? 0,
            unit: "top-1 agreement", first: sides.firstSplit, words: ("first split", "no split"),
            theme: theme
        ).draw(in: &canvas, row: row, alignment: alignment)
    }
}
