import NibbleCommandLine
import NibbleText

/// What `nibble perplexity` tells.
struct PerplexityReport: Encodable {
    struct Result: Encodable {
        let name: String
        let perplexity: Double
        /// The first token whose prediction was none.
        let undefinedAt: Int?
        let predictedTokens: Int
        let bytes: Int
    }

    let schema = "nibble.perplexity/1"
    let model: String
    let tokens: Int
    let results: [Result]
    /// Tensors of the file that hold NaN or infinite numbers, where a perplexity is undefined.
    let nonFiniteTensors: [String]

    /// The figures for a person.
    var text: String {
        var table = TextTable([.text("weights"), .number("perplexity"), .number("change"), .number("size")])
        for (index, result) in results.enumerated() {
            let change = result.perplexity / results[0].perplexity - 1
            table.add([
                result.name,
                result.undefinedAt == nil ? FigureText.plain(result.perplexity, decimals: 4) : "undefined",
                index == 0 || !change.isFinite ? "-" : FigureText.plain(change * 100, decimals: 2) + "%",
                FigureText.bytes(result.bytes),
            ])
        }
        let notes = results.compactMap(note) + (results.contains { $0.undefinedAt != nil } ? [cause] : [])
        return "\(model.printable), \(results[0].predictedTokens) tokens predicted\n\n" + table.text
            + (notes.isEmpty ? "" : "\n" + notes.joined(separator: "\n") + "\n")
    }

    private func note(_ result: Result) -> String? {
        result.undefinedAt.map {
            "\(result.name): the prediction of token \($0 + 1) is not a number, so the text has no perplexity."
        }
    }

    private var cause: String {
        guard let first = nonFiniteTensors.first else {
            return "All weights of the file are finite: numbers overflow while it runs."
        }
        let count = nonFiniteTensors.count
        return
            "\(count == 1 ? "A tensor of the file holds" : "\(count) tensors of the file hold") numbers that are not finite: \(first)"
            + (count > 1 ? ", …" : "") + "."
    }
}
