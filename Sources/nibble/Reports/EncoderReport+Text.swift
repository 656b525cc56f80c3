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
            "\($0.name.printable) \(FigureText.plain($0.seconds * 1000 / Double(max(inputs.count, 1)), digits: 3)) ms"
        }
        fields.append((name: images == nil ? "per text" : "per image", value: speeds.joined(separator: ", ")))
        return FieldList.text(fields) + inputs.map(section).joined() + similarityText
    }

    private func section(_ input: Input) -> String {
        "\n" + head(input) + "\n" + classTable(input) + maskTables(input)
            + input.differences.map(line).joined()
    }

    /// `"A fine day." (6 tokens)`, `cat.png (640 × 480)`.
    private func head(_ input: Input) -> String {
        if let image = input.image {
            return "\(image.printable(limit: 100)) (\(input.width ?? 0) × \(input.height ?? 0))"
        }
        let pair = input.pair.map { " + \"\($0.printable(limit: 60))\"" } ?? ""
        let cut = input.cutTokens.map { $0 > 0 ? ", \($0) more cut off" : "" } ?? ""
        return "\"\((input.text ?? "").printable(limit: 100))\"\(pair) (\(input.tokens ?? 0) tokens\(cut))"
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

    private func classTable(_ input: Input) -> String {
        guard let first = input.outputs.first?.classes else { return "" }
        var table = TextTable([.text("  class")] + input.outputs.map { .number($0.name.printable) })
        for item in first.prefix(Self.shownClasses) {
            table.add(
                ["  \(item.label.printable(limit: 40))"]
                    + input.outputs.map { output in
                        let found = output.classes?.first { $0.label == item.label }
                        return found.map { FigureText.percent($0.probability) } ?? "-"
                    })
        }
        return table.text
    }

    private static let shownClasses = 10

    private func maskTables(_ input: Input) -> String {
        let count = input.outputs.first?.masks?.count ?? 0
        return (0..<count).map { mask in
            let names = input.outputs.map { TextTable.Column.text($0.name.printable) }
            var table = TextTable([.text("  mask \(mask + 1)")] + names)
            for rank in 0..<Self.wordCount {
                let words = input.outputs.map { output -> Word? in
                    let words = output.masks?[mask].words ?? []
                    return rank < words.count ? words[rank] : nil
                }
                table.add(["  \(rank + 1)"] + words.map { $0?.description ?? "-" })
            }
            return table.text
        }.joined()
    }

    /// The similarities of inputs, where there are several.
    private var similarityText: String {
        guard inputs.count > 1, inputs.count <= Self.shownInputs else { return "" }
        return contestants.compactMap { contestant -> String? in
            guard let rows = contestant.similarities else { return nil }
            var table = TextTable(
                [.text("  \(contestant.name.printable)")] + inputs.indices.map { .number("\($0 + 1)") })
            for (index, row) in rows.enumerated() {
                table.add(
                    ["  \(index + 1)"] + row.map { $0.map { FigureText.plain($0, decimals: 3) } ?? "-" })
            }
            return "\n" + table.text
        }.joined()
    }

    private static let shownInputs = 12
}

extension EncoderReport.Word {
    /// `sea 12.3%`.
    fileprivate var description: String { "\(text.printable) \(FigureText.percent(probability))" }
}
