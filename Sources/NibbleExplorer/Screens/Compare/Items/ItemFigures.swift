import NibbleEvaluation
import NibbleTerminal

/// Figures of a comparison of encoders that several places show.
enum ItemFigures {
    /// Milliseconds with three significant digits.
    static func milliseconds(_ value: Double) -> String {
        FigureText.decimals(value, value < 10 ? 2 : value < 100 ? 1 : 0)
    }

    /// A cosine: `0.9987`; as many more digits as tell it from 1.
    static func cosine(_ value: Double) -> String {
        let rounded = FigureText.decimals(value, 4)
        return rounded == "1.0000" && value < 1 - 1e-7 ? FigureText.decimals(value, 6) : rounded
    }

    /// The mean and the worst of a plan's differences, the longest wording first; none before there is one.
    static func wordings(_ summary: ItemSummary) -> [String] {
        if let mean = summary.meanKL {
            let short = "mean KL \(FigureText.nats(mean))"
            guard let worst = summary.worstKL else { return [short] }
            return ["\(short)   worst \(FigureText.nats(worst.value)) @\(worst.item + 1)", short]
        }
        guard let mean = summary.meanCosine else { return [] }
        let short = "mean cosine \(cosine(mean))"
        guard let worst = summary.worstCosine else { return [short] }
        return ["\(short)   worst \(cosine(worst.value)) @\(worst.item + 1)", short]
    }
}
