import NibbleKernels
import NibbleTerminal
import NibbleText

/// All formats under their families, for a person.
struct FormatListText {
    private let sheets: [FormatSheet]

    init(_ sheets: [FormatSheet]) { self.sheets = sheets }

    /// A line or two for each format.
    var text: String {
        var text = row("name", "bits", "one token", "what it is")
        var family: FormatFamily?
        for sheet in sheets {
            if sheet.format.family != family {
                family = sheet.format.family
                text += "\n\(sheet.format.family.name)\n"
            }
            let path = sheet.fastestPath.map { "\($0.kind), \($0.source)" } ?? ""
            text += row(
                sheet.format.name,
                FigureText.plain((sheet.layout.bitsPerWeight * 100).rounded() / 100, decimals: 2),
                path, summary(of: sheet))
        }
        return text + "\n" + Self.legend
    }

    private func summary(of sheet: FormatSheet) -> String {
        let prefix = "GGUF: "
        let text = sheet.format.summary
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }

    private func row(_ name: String, _ bits: String, _ path: String, _ summary: String) -> String {
        let columns = [name.fitted(to: 12), bits.fitted(to: 5, .trailing), " " + path.fitted(to: 20)]
        return FormatCardText.hanging("  " + columns.joined(separator: " ") + " ", summary)
    }

    private static var legend: String {
        [
            "bits: per weight of a 4096 x 4096 matrix with the usual options, scales and all.",
            "one token: the fastest loops that the format has on this machine "
                + "(\(InstructionSet.current.name)); integer ones multiply codes with int8 or fixed-point "
                + "activations, float ones decoded weights. Weights are read where they are stored, from "
                + "packed rows, or from tiles of eight rows.",
            "nibble formats NAME says more about one; --activations lists the activation schemes.",
        ].map { FormatCardText.hanging("", $0) }.joined()
    }
}

/// The activation schemes, for a person.
struct ActivationText {
    private let schemes: [FormatsReport.Activation]

    init(_ schemes: [FormatsReport.Activation]) { self.schemes = schemes }

    /// A line for each scheme.
    var text: String {
        schemes.map { FormatCardText.hanging($0.name.fitted(to: 17), $0.summary) }.joined()
    }
}
