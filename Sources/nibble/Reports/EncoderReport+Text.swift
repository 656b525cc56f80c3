import NibbleCommandLine
import NibbleText

extension EncoderReport {
    /// The figures for a person.
    var text: String {
        var fields = [(name: "model", value: "\(model.printable), \(kind)")]
        if let pooling { fields.append((name: "vectors", value: pooling)) }
        if let plan {
            fields.append(
                (
                    name: "plan",
                    value: "\(plan.name.printable), \(FigureText.bytes(plan.originalBytes)) -> "
                        + "\(FigureText.bytes(plan.planBytes)), "
                        + "\(FigureText.plain(plan.bitsPerWeight, decimals: 2)) bits per weight"
                ))
        }
        let speeds = contestants.map {
            "\($0.name.printable) \(FigureText.plain($0.seconds * 1000 / Double(max(texts.count, 1)), digits: 3)) ms"
        }
        fields.append((name: "per text", value: speeds.joined(separator: ", ")))
        return FieldList.text(fields) + texts.map(section).joined() + similarityText
    }

    private func section(_ text: Text) -> String {
        let pair = text.pair.map { " + \"\($0.printable(limit: 60))\"" } ?? ""
        let cut = text.cutTokens > 0 ? ", \(text.cutTokens) more cut off" : ""
        return "\n\"\(text.text.printable(limit: 100))\"\(pair) (\(text.tokens) tokens\(cut))\n"
            + classTable(text) + maskTables(text) + text.differences.map(line).joined()
    }

    private func line(_ difference: Difference) -> String {
        var facts: [String] = []
        if let divergence = difference.klDivergence {
            facts.append("KL \(FigureText.plain(divergence)) nats")
        }
        if let cosine = difference.cosine {
            facts.append("cosine with the original \(FigureText.plain(cosine, decimals: 6))")
        }
        if let agrees = difference.agrees { facts.append(agrees ? "the same answer" : "another answer") }
        guard !facts.isEmpty else { return "  \(difference.name.printable): numbers that are not finite\n" }
        return "  \(difference.name.printable): \(facts.joined(separator: ", "))\n"
    }

    private func classTable(_ text: Text) -> String {
        guard let first = text.outputs.first?.classes else { return "" }
        var table = TextTable([.text("  class")] + text.outputs.map { .number($0.name.printable) })
        for item in first.prefix(Self.shownClasses) {
            table.add(
                ["  \(item.label.printable(limit: 40))"]
                    + text.outputs.map { output in
                        let found = output.classes?.first { $0.label == item.label }
                        return found.map { FigureText.percent($0.probability) } ?? "-"
                    })
        }
        return table.text
    }

    private static let shownClasses = 10

    private func maskTables(_ text: Text) -> String {
        let count = text.outputs.first?.masks?.count ?? 0
        return (0..<count).map { mask in
            let names = text.outputs.map { TextTable.Column.text($0.name.printable) }
            var table = TextTable([.text("  mask \(mask + 1)")] + names)
            for rank in 0..<Self.wordCount {
                let words = text.outputs.map { output -> Word? in
                    let words = output.masks?[mask].words ?? []
                    return rank < words.count ? words[rank] : nil
                }
                table.add(["  \(rank + 1)"] + words.map { $0?.description ?? "-" })
            }
            return table.text
        }.joined()
    }

    /// The similarities of texts, where there are several.
    private var similarityText: String {
        guard texts.count > 1, texts.count <= Self.shownTexts else { return "" }
        return contestants.compactMap { contestant -> String? in
            guard let rows = contestant.similarities else { return nil }
            var table = TextTable(
                [.text("  \(contestant.name.printable)")] + texts.indices.map { .number("\($0 + 1)") })
            for (index, row) in rows.enumerated() {
                table.add(
                    ["  \(index + 1)"] + row.map { $0.map { FigureText.plain($0, decimals: 3) } ?? "-" })
            }
            return "\n" + table.text
        }.joined()
    }

    private static let shownTexts = 12
}

extension EncoderReport.Word {
    /// `sea 12.3%`.
    fileprivate var description: String { "\(text.printable) \(FigureText.percent(probability))" }
}
