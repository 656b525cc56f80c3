import NibbleKernels
import NibbleTerminal

/// What the picker says about the chosen format, from its card and from the layout that the layer would get.
struct FormatCardLines {
    /// Columns of the lines' heads.
    static let labelWidth = 10

    private let sheet: FormatSheet?

    /// The lines for a format in its usual setting; the usual shape stands for a layer that is not known.
    init(name: String?, shape: MatrixShape?) {
        let format = name.flatMap { try? FormatCatalogue.format(named: $0) }
        sheet = format.flatMap {
            try? FormatSheet(encoding: $0.defaultEncoding, shape: shape ?? FormatSheet.usualShape)
        }
    }

    /// All lines, the most useful first; empty texts where nothing is chosen, so that the list stays where it is.
    var all: [(label: String, text: String)] {
        let card = sheet?.card
        return [
            ("bits", bits), ("products", products),
            ("run by", card?.runners.joined(separator: ", ") ?? ""), ("hardware", card?.hardware ?? ""),
            ("source", card?.sources.first?.description ?? ""),
        ]
    }

    private var bits: String {
        guard let sheet else { return "" }
        let parts = sheet.shares.parts.map { "\($0.name) \(FigureText.number($0.bits, digits: 3))" }
        return "\(FigureText.number(sheet.layout.bitsPerWeight)) per weight = "
            + parts.joined(separator: " + ")
    }

    /// The loops of the scheme that comes first, for one token and for many.
    private var products: String {
        guard let paths = sheet?.paths.first, let scheme = paths.activations.first else { return "" }
        let (decode, prefill) = (paths.decode, paths.prefill)
        return "\(scheme): \(decode.kind), \(decode.source); many tokens \(prefill.kind), \(prefill.source)"
    }
}
