import NibbleQuantization
import NibbleStatistics
import NibbleTerminal

/// The figures of an analysis as styled text; `~` stands before those that come from a sample.
struct AnalysisText {
    let analysis: LayerAnalysis
    let theme: Theme

    private var sign: String { analysis.isExact ? "" : "~" }
    private var error: EncodingError { analysis.error }

    /// What the colours of the chart mean: original, grid with its levels, clipped share.
    var legend: [Span] {
        var spans = [Span("█ ", Style(foreground: theme.original)), Span("original", theme.plain)]
        guard let setting = analysis.request.setting else { return spans }
        let levels = error.codesAvailable.map { ", \(FigureText.grouped($0)) levels" } ?? ""
        spans += [
            Span("   █ ", Style(foreground: theme.plan)),
            Span("\(setting.encoding.format)\(levels)", theme.plain),
        ]
        let clipped = error.clippedCount
        guard clipped > 0 else { return spans + [Span("   ✓ nothing clipped", theme.style(.green))] }
        spans += [
            Span("   █ ", theme.style(.red)),
            Span("clipped \(sign)\(FigureText.percent(error.clippedFraction))", theme.style(.red).bold),
            Span(
                "  \(sign)\(FigureText.grouped(analysis.estimated(clipped))) of \(FigureText.grouped(analysis.summary.count))",
                theme.mutedStyle),
        ]
        return spans
    }

    /// σ, range, ends of the grid, step and SQNR in one line.
    var figures: [Span] {
        let summary = analysis.summary
        let figures: [(String, String, Style)?] = [
            ("σ", FigureText.number(summary.standardDeviation, digits: 3), theme.strong),
            (
                "range",
                "\(FigureText.number(summary.minimum, digits: 3))…\(FigureText.number(summary.maximum, digits: 3))",
                theme.strong
            ),
            clipEnds.map { ("clip", $0, theme.style(.red).bold) },
            error.step.map { ("step", stepPrefix + FigureText.number($0), theme.style(.yellow).bold) },
            analysis.request.setting == nil ? nil : ("SQNR", sqnr, sqnrStyle),
        ]
        var spans: [Span] = []
        for (label, value, style) in figures.compactMap({ $0 }) {
            spans += [
                Span(spans.isEmpty ? "" : "   ", theme.plain), Span(label + " ", theme.mutedStyle),
                Span(value, style),
            ]
        }
        return spans
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
