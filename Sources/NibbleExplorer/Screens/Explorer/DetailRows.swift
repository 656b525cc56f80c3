import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTerminal
import NibbleTransformers

/// One line of the details panel.
enum DetailRow {
    /// The head of a section.
    case heading(String)
    /// A label at the left and a value at the right; nil takes the plain style.
    case figure(String, String, Style?)
}

/// Builds the rows of the details panel: what is known of the chosen layer, from the file to the running session.
struct DetailRows {
    let workspace: Workspace
    let theme: Theme

    /// All rows from top to bottom.
    var all: [DetailRow] {
        guard let layer = workspace.chosenLayer else { return [] }
        var rows = layerRows(layer) + settingRows
        let analysis = workspace.shownAnalysis
        if let analysis, analysis.request.storage != nil { rows += effectRows(analysis, layer) }
        if let report = workspace.counters(of: layer.id) { rows += counterRows(report) }
        if let analysis { rows += weightRows(analysis.summary, isExact: analysis.isExact) }
        return rows
    }

    private func layerRows(_ layer: LinearLayer) -> [DetailRow] {
        let weights = layer.shape.elementCount
        let stored = layer.storedByteCount
        var rows: [DetailRow] = [
            .heading("Layer"),
            .figure("shape", "\(layer.shape.rows) × \(layer.shape.columns)", nil),
            .figure("weights", FigureText.count(weights), nil),
            .figure("stored", "\(layer.storedName) · \(FigureText.bytes(stored))", nil),
        ]
        if !layer.tiedNames.isEmpty {
            rows.append(.figure("tied", layer.tiedNames.joined(separator: ", "), nil))
        }
        return rows
    }

    private var settingRows: [DetailRow] {
        guard let setting = workspace.chosenSetting else {
            return [.heading("Setting"), .figure("format", "as stored", nil)]
        }
        return [
            .heading("Setting"), .figure("format", setting.storage.format, theme.style(.yellow).bold),
        ] + SettingText.choices(setting).map { .figure($0.label, $0.text, nil) }
    }

    private func effectRows(_ analysis: LayerAnalysis, _ layer: LinearLayer) -> [DetailRow] {
        let error = analysis.error
        let text = AnalysisText(analysis: analysis, theme: theme)
        let sign = analysis.isExact ? "" : "~"
        var rows: [DetailRow] = [
            .heading("Effect on the weights"),
            .figure("relative error", text.relativeError, text.sqnrStyle),
            .figure("SQNR", text.sqnr, text.sqnrStyle),
            .figure("MSE", sign + FigureText.number(error.meanSquaredError, digits: 3), nil),
            .figure("worst error", sign + FigureText.number(error.maximumError, digits: 3), nil),
        ]
        rows +=
            clipRow("clip below", error.clippedLow, analysis)
            + clipRow("clip above", error.clippedHigh, analysis)
        if let used = error.codesUsed, let available = error.codesAvailable {
            rows.append(.figure("codes used", "\(sign)\(used) of \(available)", nil))
        }
        if let entropy = error.entropyBits {
            rows.append(.figure("entropy", "\(sign)\(FigureText.decimals(entropy, 2)) bit", nil))
        }
        rows.append(.figure("stored as", "\(FigureText.decimals(error.bitsPerWeight, 2)) bit/weight", nil))
        rows.append(.figure("size", FigureText.bytes(workspace.chosenByteCount), theme.strong))
        return rows
    }

    private func clipRow(_ label: String, _ clip: EncodingError.ClipTally, _ analysis: LayerAnalysis)
        -> [DetailRow]
    {
        guard clip.count > 0 else { return [] }
        let sign = analysis.isExact ? "" : "~"
        let text =
            "\(sign)\(FigureText.grouped(analysis.estimated(clip.count))) · \(FigureText.percent(clip.fraction))"
        let interval = clip.fractionInterval.map { interval in
            DetailRow.figure(
                "  95 % between",
                "\(FigureText.percent(interval.lowerBound)) and \(FigureText.percent(interval.upperBound))",
                theme.style(.red))
        }
        return [.figure(label, text, theme.style(.red))] + [interval].compactMap { $0 } + [
            .figure("  worst excess", FigureText.number(clip.worstExcess, digits: 3), theme.style(.red))
        ]
    }

    private func weightRows(_ summary: ValueSummary, isExact: Bool) -> [DetailRow] {
        let sign = isExact ? "" : "~"
        var rows: [DetailRow] = [
            .heading("Original weights"),
            .figure(
                "range",
                "\(FigureText.number(summary.minimum, digits: 3))…\(FigureText.number(summary.maximum, digits: 3))",
                nil),
            .figure("mean", sign + FigureText.number(summary.mean, digits: 3), nil),
            .figure("σ", sign + FigureText.number(summary.standardDeviation, digits: 3), nil),
            .figure("excess kurtosis", sign + FigureText.decimals(summary.excessKurtosis, 2), nil),
            .figure("beyond 6 σ", "\(sign)\(FigureText.percent(summary.outlierFraction))", nil),
        ]
        for quantile in summary.quantiles where [0.001, 0.5, 0.999].contains(quantile.probability) {
            let label =
                quantile.probability == 0.5
                ? "median" : "quantile \(FigureText.decimals(quantile.probability, 3))"
            rows.append(.figure(label, sign + FigureText.number(quantile.value, digits: 3), nil))
        }
        if summary.nanCount > 0 {
            rows.append(.figure("NaN", FigureText.grouped(summary.nanCount), theme.style(.red).bold))
        }
        if summary.infiniteCount > 0 {
            rows.append(
                .figure("infinite", FigureText.grouped(summary.infiniteCount), theme.style(.red).bold))
        }
        return rows
    }

    private func counterRows(_ report: KernelReport) -> [DetailRow] {
        [.heading("Counted while running")]
            + tallyRows("activation clips", report.activationClips, .orange)
            + tallyRows("overflows", report.accumulatorOverflows, .red)
            + (report.channelOverflows.map(channelRows) ?? [])
            + tallyRows("not finite", report.nonFiniteValues, .red)
    }

    /// The output channel that overflowed most, and the registers that would have done.
    private func channelRows(_ channels: ChannelOverflows) -> [DetailRow] {
        let worst = channels.worstChannel
        return [
            .figure("  channels", FigureText.grouped(channels.channelCount), theme.style(.red)),
            .figure(
                "  worst channel", "\(worst) · \(FigureText.grouped(channels.counts[worst]))",
                theme.style(.red)),
            .figure("  bits for these sums", "\(channels.sufficientBits)", nil),
            .figure("  bits for any sums", "\(channels.safeBits)", nil),
        ]
    }

    private func tallyRows(_ label: String, _ tally: KernelReport.Tally, _ slot: Slot) -> [DetailRow] {
        guard tally.count > 0 else { return [.figure(label, tally.total > 0 ? "0" : "—", nil)] }
        let text = "\(FigureText.grouped(tally.count)) · \(FigureText.percent(tally.fraction))"
        return [
            .figure(label, text, theme.style(slot).bold),
            .figure("  worst excess", FigureText.number(tally.worstExcess, digits: 3), theme.style(slot)),
        ]
    }
}
