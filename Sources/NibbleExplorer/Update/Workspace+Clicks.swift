import NibbleTerminal

extension Workspace {
    /// A click on the comparison screen: on a column of the divergences it moves the cursor there.
    mutating func clickComparison(_ point: Point, size: Size) {
        let chart = CompareLayout(size: size).divergenceChart
        let window = DivergenceView.window(
            of: shownSides.tokenCount, around: shownToken, columns: chart.width)
        guard point.x >= chart.x, point.x < chart.right, point.y >= chart.y, point.y <= chart.bottom else {
            return
        }
        let token = window.lowerBound + point.x - chart.x
        if window.contains(token) { comparison.cursor = token }
    }
}
