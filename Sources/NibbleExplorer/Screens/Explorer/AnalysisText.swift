import NibbleQuantization
import NibbleStatistics
import NibbleTerminal

/// The figures of an analysis as styled text; `~` stands before those that come from a sample.
struct AnalysisText {
    let analysis: LayerAnalysis
    let theme: Theme
    /// Whether the figures are those of the row or group that is drawn, where one is; else of the whole layer.
    var isOfPart = false

    private var sign: String { analysis.isExact ? "" : "~" }
    private var error: EncodingError { isOfPart ? analysis.shownError : analysis.error }
    private var summary: ValueSummary { isOfPart ? analysis.shownSummary : analysis.summary }

    /// What the colours of the chart mean: original, grid with its levels, clipped share; less where it is narrow.
    func legend(width: Int) -> [Span] {
        let original = [Span("█ ", Style(foreground: theme.original)), Span("original", theme.plain)]
        guard let storage = analysis.request.storage else { return place + original }
        let format = [
            Span("   █ ", Style(foreground: theme.plan, attributes: .hatch)),
            Span(storage.format, theme.plain),
        ]
        let levels =
            error.codesAvailable.map { [Span(", \(FigureText.grouped($0)) levels", theme.plain)] } ?? []
        let candidates = [
            place + original + format + levels + clipped + clippedCount,
            place + original + format + levels + clipped, place + original + format + clipped,
            place + format + clipped, place + clipped, place,
        ]
        return candidates.first { $0.reduce(0) { $0 + $1.text.columns } <= width } ?? place
    }

    /// The row and the group that are drawn; nothing where the whole layer is.
    private var place: [Span] {
        guard isOfPart, let place = analysis.place else { return [] }
        return [Span(place + "   ", theme.strong)]
    }

    private var clipped: [Span] {
        guard error.clippedCount > 0 else { return [Span("   ✓ none clipped", theme.style(.green))] }
        // A square only where the chart shows the clipped columns in its colour: under one grid for all.
        let isDrawn = analysis.picture.clipLines != nil
        return [
            Span(isDrawn ? "   █ " : "   × ", theme.style(.red)),
            Span("clipped \(sign)\(FigureText.percent(error.clippedFraction))", theme.style(.red).bold),
        ]
    }

    private var clippedCount: [Span] {
        guard error.clippedCount > 0 else { return [] }
        let count = FigureText.grouped(analysis.estimated(error.clippedCount))
        return [Span("  \(sign)\(count) of \(FigureText.grouped(summary.count))", theme.mutedStyle)]
    }

    /// σ, range, ends of the grid, step and SQNR in one line; where it is narrow, range and σ are left out first.
    func figures(width: Int) -> [Span] {
        let candidates = [[], ["range"], ["range", "σ"], ["range", "σ", "clip"]].map { left in
            joined(figures.filter { !left.contains($0.label) })
        }
        return candidates.first { $0.reduce(0) { $0 + $1.text.columns } <= width }
            ?? candidates[candidates.count - 1]
    }

    private var figures: [(label: String, value: String, style: Style)] {
        let low = FigureText.number(summary.minimum, digits: 3)
        let high = FigureText.number(summary.maximum, digits: 3)
        let figures: [(label: String, value: String, style: Style)?] = [
            ("σ", sign + FigureText.number(summary.standardDeviation, digits: 3), theme.strong),
            ("range", "\(sign)\(low)…\(high)", theme.strong),
            clipEnds.map { ("clip", $0, theme.style(.red).bold) },
            error.step.map { ("step", stepPrefix + FigureText.number($0), theme.style(.yellow).bold) },
            analysis.request.storage == nil ? nil : ("SQNR", sqnr, sqnrStyle),
        ]
        return figures.compactMap { $0 }
    }

    private func joined(_ figures: [(label: String, value: String, style: Style)]) -> [Span] {
        figures.enumerated().flatMap { index, figure in
            [
                Span(index == 0 ? "" : "   ", theme.plain), Span(figure.label + " ", theme.mutedStyle),
                Span(figure.value, figure.style),
            ]
        }
    }

    /// The ends of the grid that all weights share; nil where groups have grids of their own.
    var clipEnds: String? {
        guard let lines = analysis.picture.clipLines, analysis.picture.axis == .value else { return nil }
        let low = FigureText.number(lines.lowerBound, digits: 3)
        let high = FigureText.number(lines.upperBound, digits: 3)
        return low == "−" + high ? "±\(high)" : "\(low)…\(high)"
    }

    private var stepPrefix: String {
        guard let range = error.stepRange, range.upperBound > range.lowerBound * 1.0001 else { return "" }
        return "⌀ "
    }

    /// Signal to quantization noise.
    var sqnr: String {
        error.sqnrDecibel.isInfinite ? "exact" : "\(sign)\(FigureText.decimals(error.sqnrDecibel, 1)) dB"
    }

    /// Green from 30 dB, yellow from 20, orange from 10, red below.
    var sqnrStyle: Style {
        let slot: Slot =
            error.sqnrDecibel >= 30
            ? .green : error.sqnrDecibel >= 20 ? .yellow : error.sqnrDecibel >= 10 ? .orange : .red
        return theme.style(slot).bold
    }

    /// ‖w − ŵ‖ ÷ ‖w‖, with the interval that a sample leaves.
    var relativeError: String {
        let value = sign + FigureText.percent(error.relativeError)
        guard let interval = error.relativeErrorInterval else { return value }
        return
            "\(value) (\(FigureText.percent(interval.lowerBound))…\(FigureText.percent(interval.upperBound)))"
    }
}
