import NibbleTerminal

/// Which columns of the chart belong to which tokens.
///
/// A token has one column, or up to four where all tokens of the run have room for as many; where there are more tokens
/// than columns, those around the cursor are in sight.
struct DivergenceScale: Hashable, Sendable {
    /// The chart's columns.
    let chart: Rect
    /// The tokens in sight.
    let window: Range<Int>
    /// Columns of each token.
    let columnsPerToken: Int

    /// - Parameters:
    ///   - count: Tokens written.
    ///   - expected: Tokens that the run is to write.
    ///   - shownToken: The token under the cursor.
    init(count: Int, expected: Int, shownToken: Int?, chart: Rect) {
        self.chart = chart
        let total = max(count, expected, 1)
        columnsPerToken = max(1, min(4, chart.width / total))
        let room = chart.width / columnsPerToken
        guard count > room, room > 0 else {
            window = 0..<min(count, max(room, 0))
            return
        }
        let start = min(max(0, (shownToken ?? count - 1) - room / 2), count - room)
        window = start..<start + room
    }

    /// The scale of the comparison that is shown.
    init(_ workspace: Workspace, _ layout: CompareLayout) {
        self.init(
            count: workspace.shownSides.tokenCount, expected: workspace.comparison.maximumTokens,
            shownToken: workspace.shownToken, chart: layout.divergenceChart)
    }

    /// The first column of a token in sight.
    func column(of token: Int) -> Int { chart.x + (token - window.lowerBound) * columnsPerToken }

    /// The token whose column is at a place; nil beside the columns.
    func token(at point: Point) -> Int? {
        guard point.x >= chart.x, point.x < chart.right, point.y >= chart.y, point.y <= chart.bottom else {
            return nil
        }
        let token = window.lowerBound + (point.x - chart.x) / columnsPerToken
        return window.contains(token) ? token : nil
    }
}
