import NibbleCommandLine
import NibbleEvaluation
import NibbleText

extension RunReport {
    /// The figures for a person.
    func summary(_ snapshot: ComparisonSnapshot) -> String {
        var text = ""
        let summaries = [nil] + snapshot.candidates.map(\.divergence)
        for (contestant, summary) in zip(contestants, summaries) {
            text += FieldList.text(
                [
                    (
                        contestant.name.printable,
                        "\(contestant.tokens.count) tokens, \(contestant.finishText)"
                    ),
                    ("  speed", contestant.speedText),
                    ("  memory", FigureText.bytes(contestant.memoryBytes) + " beyond the mapped file"),
                ] + (summary.map { fields($0, of: contestant) } ?? []), width: 13)
            text += differencesText(of: contestant) + contestant.countersText
        }
        return text
    }

    private func fields(
        _ summary: DivergenceSummary, of contestant: Contestant
    ) -> [(name: String, value: String)] {
        [
            ("  KL", divergenceText(summary, contestant)),
            (
                "  same token",
                summary.agreement.map { "\(FigureText.percent($0)) of \(summary.comparedCount)" } ?? "-"
            ),
            ("  first split", splitText(summary, contestant)),
        ]
    }

    private func divergenceText(_ summary: DivergenceSummary, _ contestant: Contestant) -> String {
        guard let mean = summary.meanKL, let worst = summary.worstKL, let index = summary.worstIndex else {
            return "-"
        }
        return
            "mean \(FigureText.plain(mean)) nats per token, worst \(FigureText.plain(worst)) at token "
            + "\(index + 1) (\(Self.quoted(contestant.tokens[index].text)))"
    }

    private func splitText(_ summary: DivergenceSummary, _ contestant: Contestant) -> String {
        guard let index = summary.firstSplit else { return "none" }
        let original = contestants[0].tokens
        let before = original.indices.contains(index) ? Self.quoted(original[index].text) : "the end"
        return "token \(index + 1): \(before) -> \(Self.quoted(contestant.tokens[index].text))"
    }

    /// The first tokens that differ, with what the original's token was to the other model.
    private func differencesText(of contestant: Contestant) -> String {
        var table = TextTable([
            .number("  token"), .text("original"), .text(contestant.name.printable), .number("KL"),
            .number("rank"),
        ])
        let original = contestants[0].tokens
        let differing = contestant.tokens.indices.filter { !contestant.tokens[$0].agrees }
        for index in differing.prefix(Self.shownDifferences) {
            let token = contestant.tokens[index]
            table.add([
                "\(index + 1)", original.indices.contains(index) ? Self.quoted(original[index].text) : "-",
                Self.quoted(token.text), token.klDivergence.map { FigureText.plain($0, digits: 3) } ?? "-",
                token.referenceRank.map { "\($0)" } ?? "-",
            ])
        }
        let rest = differing.count - Self.shownDifferences
        return table.text + (rest > 0 ? "  and \(rest) more\n" : "")
    }

    private static let shownDifferences = 8

    private static func quoted(_ text: String) -> String { "\"\(text.printable)\"" }
}

extension RunReport.Contestant {
    fileprivate var finishText: String {
        switch finished.flatMap(FinishReason.init(rawValue:)) {
        case .endOfText: "end of text"
        case .length: "as many as asked for or as fit"
        case .cancelled, nil: "stopped"
        }
    }

    fileprivate var speedText: String {
        let speed = tokensPerSecond > 0 ? "\(FigureText.plain(tokensPerSecond)) tokens/s, " : ""
        return speed + "prompt read in \(FigureText.plain(prefillSeconds * 1000, digits: 3)) ms"
    }

    /// A table of the layers in which something happened; a line if there is none.
    fileprivate var countersText: String {
        var table = TextTable([
            .text("  layer"), .number("activation clips"), .number("accumulator overflows"),
            .number("not finite"), .number("worst excess"),
        ])
        for layer in counters where layer.isHurt {
            let worst = max(layer.activationClips.worstExcess, layer.accumulatorOverflows.worstExcess)
            table.add([
                "  \(layer.layer)", layer.activationClips.text, layer.accumulatorOverflows.text,
                layer.nonFiniteValues.text, FigureText.plain(worst),
            ])
        }
        return table.text.isEmpty
            ? "  no layer clipped, overflowed or met a value that is not finite\n" : table.text
    }
}

extension LayerCounters.Tally {
    fileprivate var text: String { count == 0 ? "-" : "\(count) (\(FigureText.percent(fraction)))" }
}
