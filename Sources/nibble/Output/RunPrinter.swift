import NibbleCommandLine
import NibbleEvaluation
import NibbleQuantization
import NibbleText
import NibbleTransformers
import Synchronization

/// Shows a run while it goes on and when it is over.
protocol RunPrinter: Sendable {
    /// The newest state.
    func update(_ snapshot: ComparisonSnapshot)
    /// The end.
    func finish(_ report: RunReport, _ snapshot: ComparisonSnapshot)
}

/// One JSON value a line: progress, then the result.
struct JSONRunPrinter: RunPrinter {
    private struct Progress: Encodable {
        struct Contestant: Encodable {
            let name: String
            let tokens: Int
            let text: String
            let meanKL: Double?
            let tokensPerSecond: Double
            let counters: [LayerCounters]
        }

        let schema = "nibble.run/1"
        let event = "progress"
        let contestants: [Contestant]
    }

    func update(_ snapshot: ComparisonSnapshot) {
        let summaries = [nil] + snapshot.candidates.map(\.divergence)
        let contestants = zip(snapshot.contestants, summaries).map { progress, summary in
            let reports = progress.reports.sorted { $0.key < $1.key }
            return Progress.Contestant(
                name: progress.name, tokens: progress.records.count, text: progress.text,
                meanKL: summary?.meanKL, tokensPerSecond: progress.tokensPerSecond,
                counters: reports.map { LayerCounters(layer: $0.key.name, report: $0.value) }.filter(\.isHurt)
            )
        }
        StandardOutput.writeJSON(Progress(contestants: contestants), isOneLine: true)
    }

    func finish(_ report: RunReport, _ snapshot: ComparisonSnapshot) {
        StandardOutput.writeJSON(report, isOneLine: true)
    }
}

/// Text: both outputs as they are written, in columns where there are two, then the figures.
final class TextRunPrinter: RunPrinter {
    private struct State {
        var writer: ColumnWriter?
    }

    private let state = Mutex(State())
    private let title: String

    init(model: TransformerModel, plan: ResolvedPlan?) {
        var fields = [
            (name: "model", value: "\(model.name), \(FigureText.count(model.parameterCount)) parameters")
        ]
        if let plan, let size = try? plan.checkedSize() {
            fields.append(
                (
                    name: "plan",
                    value:
                        "\(plan.plan.name), \(FigureText.bytes(size.originalBytes)) -> \(FigureText.bytes(size.planBytes)), "
                        + "\(FigureText.plain(size.bitsPerWeight, decimals: 2)) bits per weight"
                ))
        }
        title = FieldList.text(fields)
    }

    func update(_ snapshot: ComparisonSnapshot) {
        let text = state.withLock { state -> String in
            var text = ""
            if state.writer == nil {
                state.writer = ColumnWriter(titles: snapshot.contestants.map(\.name), width: Self.width)
                text = title + "\n" + (state.writer?.heading ?? "")
            }
            let texts = snapshot.contestants.map(\.text)
            return text + (state.writer?.lines(texts, isLast: snapshot.isFinished) ?? "")
        }
        StandardOutput.write(text)
    }

    func finish(_ report: RunReport, _ snapshot: ComparisonSnapshot) {
        StandardOutput.write("\n" + report.summary(snapshot))
    }

    /// As wide as a printed page; a run reads the same in a terminal and in a file.
    private static let width = 100
}

/// Texts side by side that grow at their ends: a line is printed once no text can change it any more.
struct ColumnWriter {
    private let titles: [String]
    private let width: Int
    private var printedLines = 0

    init(titles: [String], width: Int) {
        self.titles = titles
        self.width = max(20, (width - 3 * (titles.count - 1)) / max(1, titles.count))
    }

    /// The titles, underlined.
    var heading: String {
        row(titles.map(\.printable)) + row(titles.map { _ in String(repeating: "-", count: width) })
    }

    /// The lines that have become certain.
    mutating func lines(_ texts: [String], isLast: Bool) -> String {
        let columns = texts.map { text in
            text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
                .joined(separator: "\n").wrapped(to: width)
        }
        // The last line of a text may still grow, and its last word may move.
        let certain = isLast ? columns.map(\.count).max() ?? 0 : (columns.map(\.count).min() ?? 1) - 1
        guard certain > printedLines else { return "" }
        defer { printedLines = certain }
        return (printedLines..<certain).map { index in
            row(columns.map { index < $0.count ? $0[index] : "" })
        }.joined()
    }

    private func row(_ cells: [String]) -> String {
        let line = cells.map { $0.fitted(to: width) }.joined(separator: " | ")
        return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
}
