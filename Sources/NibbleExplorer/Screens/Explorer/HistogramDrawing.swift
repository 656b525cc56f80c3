import NibbleTerminal

/// The columns of two histograms over one axis, ready to be drawn.
struct HistogramDrawing {
    /// Counts of the original weights, one bin per column.
    let original: [Double]
    /// Counts of the values that the codes stand for, in the same bins.
    let quantized: [Double]
    /// The value at the left edge of the first bin.
    let lower: Double
    /// The value at the right edge of the last bin.
    let upper: Double
    /// The ends of the grid, where weights clip; nil where there is no one grid.
    let clip: ClosedRange<Double>?
    let theme: Theme

    /// Draws the original standing above the middle and the codes hanging below it.
    func drawMirror(in canvas: inout Canvas, rect: Rect) {
        let plot = rect.inset(left: ExplorerLayout.scaleColumns, bottom: 2)
        let upperHeight = (plot.height + 1) / 2
        let above = Rect(plot.x, plot.y, plot.width, upperHeight)
        let below = Rect(plot.x, plot.y + upperHeight, plot.width, plot.height - upperHeight)
        drawTints(in: &canvas, plot: plot)
        let peak = peakDecades
        drawGridlines(in: &canvas, above, peak: peak, upward: true)
        drawGridlines(in: &canvas, below, peak: peak, upward: false)
        ColumnChart(columns: columns(original, color: originalColor)).draw(
            in: &canvas, rect: above, theme: theme)
        ColumnChart(
            columns: columns(quantized, color: { _ in theme.plan }), direction: .downwards, isSecond: true
        )
        .draw(in: &canvas, rect: below, theme: theme)
        drawAxis(in: &canvas, plot: plot)
    }

    /// Draws the original alone.
    func drawOriginal(in canvas: inout Canvas, rect: Rect) {
        let plot = rect.inset(left: ExplorerLayout.scaleColumns, bottom: 2)
        drawGridlines(in: &canvas, plot, peak: peakDecades, upward: true)
        ColumnChart(columns: columns(original, color: originalColor)).draw(
            in: &canvas, rect: plot, theme: theme)
        drawAxis(in: &canvas, plot: plot)
    }

    /// Draws the codes' columns in front of the original's.
    func drawBlocks(in canvas: inout Canvas, rect: Rect) {
        let plot = rect.inset(left: ExplorerLayout.scaleColumns, bottom: 2)
        drawTints(in: &canvas, plot: plot)
        drawGridlines(in: &canvas, plot, peak: peakDecades, upward: true)
        ColumnChart(columns: columns(original, color: originalColor)).draw(
            in: &canvas, rect: plot, theme: theme)
        let inFront = columns(quantized, color: { _ in theme.plan }).map {
            $0.value > 0 ? $0 : ColumnChart.Column(.nan, $0.color)
        }
        ColumnChart(columns: inFront, isSecond: true).draw(in: &canvas, rect: plot, theme: theme)
        drawAxis(in: &canvas, plot: plot)
    }

    /// log₁₀(1 + the highest count), at least one decade.
    private var peakDecades: Double { max(1, decades(max(original.max() ?? 0, quantized.max() ?? 0))) }

    private func decades(_ count: Double) -> Double { (1 + count).logarithm10 }

    private func columns(_ counts: [Double], color: (Int) -> Color) -> [ColumnChart.Column] {
        let peak = peakDecades
        return counts.enumerated().map { ColumnChart.Column(decades($0.element) / peak, color($0.offset)) }
    }

    private var originalColor: (Int) -> Color {
        let body = theme.original.mixed(with: theme.background, 0.15)
        return { isClipped(bin: $0) ? theme.bad : body }
    }

    private func isClipped(bin: Int) -> Bool {
        guard let clip, !original.isEmpty else { return false }
        let center = lower + (Double(bin) + 0.5) * (upper - lower) / Double(original.count)
        return !clip.contains(center)
    }

    private func column(of value: Double) -> Int? {
        guard upper > lower, value >= lower, value <= upper else { return nil }
        return min(original.count - 1, Int((value - lower) / (upper - lower) * Double(original.count)))
    }

    /// Shades what lies beyond the grid and draws its ends.
    private func drawTints(in canvas: inout Canvas, plot: Rect) {
        guard let clip else { return }
        let style = theme.style(.red)
        if let left = column(of: clip.lowerBound), left > 0 {
            canvas.tint(Rect(plot.x, plot.y, left, plot.height), with: theme.bad, 0.11)
            canvas.verticalLine(
                from: Point(plot.x + left - 1, plot.y), length: plot.height, style: style, character: "┊")
        }
        if let right = column(of: clip.upperBound), right < original.count - 1 {
            let x = plot.x + right + 1
            canvas.tint(Rect(x, plot.y, plot.right - x, plot.height), with: theme.bad, 0.11)
            canvas.verticalLine(from: Point(x, plot.y), length: plot.height, style: style, character: "┊")
        }
    }

    /// Dotted rows and the scale of counts, about one in two decades.
    private func drawGridlines(in canvas: inout Canvas, _ area: Rect, peak: Double, upward: Bool) {
        guard area.height > 2 else { return }
        let step = peak > 4 ? 2 : 1
        for decade in stride(from: 1, through: Int(peak), by: step) {
            let offset = Int((Double(decade) / peak * Double(area.height)).rounded())
            guard offset >= 1, offset <= area.height else { continue }
            let y = upward ? area.bottom - offset : area.y + offset - 1
            canvas.draw(
                "10" + Self.superscript(decade), at: Point(area.x - ExplorerLayout.scaleColumns, y),
                style: theme.mutedStyle, width: 5, alignment: .trailing)
            for x in stride(from: area.x + 2, to: area.right, by: 4) {
                canvas.draw("·", at: Point(x, y), style: Style(foreground: theme.frame))
            }
        }
    }

    private func drawAxis(in canvas: inout Canvas, plot: Rect) {
        let line = Style(foreground: theme.frame)
        canvas.horizontalLine(from: Point(plot.x, plot.bottom), length: plot.width, style: line)
        if let clip {
            for value in [clip.lowerBound, clip.upperBound] {
                guard let column = column(of: value) else { continue }
                canvas.draw("▲", at: Point(plot.x + column, plot.bottom), style: theme.style(.red))
            }
        }
        drawTicks(in: &canvas, plot: plot)
    }

    private func drawTicks(in canvas: inout Canvas, plot: Rect) {
        var free = plot.x - ExplorerLayout.scaleColumns
        for (value, text) in AxisTicks.labels(from: lower, to: upper, columns: plot.width) {
            guard let column = column(of: value) else { continue }
            let x = min(plot.x + column - text.count / 2, plot.right - text.count)
            guard x >= free else { continue }
            canvas.draw("┬", at: Point(plot.x + column, plot.bottom), style: Style(foreground: theme.frame))
            canvas.draw(text, at: Point(x, plot.bottom + 1), style: theme.mutedStyle)
            free = x + text.count + 2
        }
    }

    private static func superscript(_ number: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return String(String(number).compactMap(\.wholeNumberValue).map { digits[$0] })
    }
}
