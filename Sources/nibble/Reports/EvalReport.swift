import NibbleCommandLine
import NibbleEvaluation
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// What `nibble eval` tells.
struct EvalReport: Encodable {
    struct Interval: Encodable {
        let lower: Double
        let upper: Double

        init(_ range: ClosedRange<Double>) {
            lower = range.lowerBound
            upper = range.upperBound
        }

        var text: String { "\(FigureText.percent(lower)) to \(FigureText.percent(upper))" }
    }

    struct Change: Encodable {
        let from: String
        let to: String
        let count: Int
    }

    struct Result: Encodable {
        let name: String
        let bytes: Int
        let secondsPerInput: Double
        let correct: Int
        let accuracy: Double
        let accuracyInterval: Interval
        let agreeing: Int
        let agreement: Double
        let agreementInterval: Interval
        let meanKL: Double
        let broken: Int
        let changes: [Change]
    }

    let schema = "nibble.eval/2"
    let model: String
    /// What was read: texts or images.
    let inputs: String
    let count: Int
    let cutTexts: Int
    let classes: [String]
    let results: [Result]

    init(
        _ scores: [ClassScore], run: EncoderRun, contestants: Contestants, model: TransformerModel,
        noun: String, cutCount: Int
    ) {
        self.model = model.name
        inputs = noun
        count = scores.first?.count ?? 0
        cutTexts = cutCount
        let labels = model.description?.classLabels ?? []
        classes = labels
        let all = [contestants.reference] + contestants.candidates
        let layers = PlannedLayers(model)
        results = scores.indices.map { index in
            Result(
                scores[index], name: all[index].name,
                bytes: ResolvedPlan(all[index].plan, layers).size.planBytes,
                seconds: run.computeSeconds[index], labels: labels)
        }
    }

    /// The figures for a person.
    var text: String {
        var table = TextTable([
            .text("weights"), .number("size"), .number("accuracy"), .number("95 %"),
            .number("as the original"), .number("95 %"), .number("mean KL"),
            .number("ms per \(inputs.dropLast())"),
        ])
        for (index, result) in results.enumerated() {
            let isOriginal = index == 0
            table.add([
                result.name.printable(limit: 40), FigureText.bytes(result.bytes),
                FigureText.percent(result.accuracy), result.accuracyInterval.text,
                isOriginal ? "-" : FigureText.percent(result.agreement),
                isOriginal ? "-" : result.agreementInterval.text,
                isOriginal ? "-" : FigureText.plain(result.meanKL),
                FigureText.plain(result.secondsPerInput * 1000, digits: 3),
            ])
        }
        let cut = cutTexts > 0 ? ", \(cutTexts) of them cut to what the model reads" : ""
        return "\(model.printable), \(count) \(inputs) of \(classes.count) classes\(cut)\n\n" + table.text
            + results.dropFirst().map(changesText).joined()
    }

    private static let shownChanges = 8

    private func changesText(_ result: Result) -> String {
        guard !result.changes.isEmpty else { return "" }
        var table = TextTable([
            .text("  original"), .text(result.name.printable(limit: 40)), .number(inputs),
        ])
        for change in result.changes.prefix(Self.shownChanges) {
            table.add([
                "  \(change.from.printable(limit: 30))", change.to.printable(limit: 30), "\(change.count)",
            ])
        }
        let rest = result.changes.count - Self.shownChanges
        return "\n" + table.text + (rest > 0 ? "  and \(rest) more\n" : "")
    }
}

extension EvalReport.Result {
    fileprivate init(_ score: ClassScore, name: String, bytes: Int, seconds: Double, labels: [String]) {
        func label(_ number: Int) -> String { labels.indices.contains(number) ? labels[number] : "\(number)" }
        let changes = score.changes.sorted {
            $0.value == $1.value
                ? ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) : $0.value > $1.value
        }
        self.init(
            name: name, bytes: bytes, secondsPerInput: seconds / Double(max(score.count, 1)),
            correct: score.correct, accuracy: score.accuracy,
            accuracyInterval: .init(score.accuracyInterval), agreeing: score.agreeing,
            agreement: score.agreement, agreementInterval: .init(score.agreementInterval),
            meanKL: score.meanKL, broken: score.broken,
            changes: changes.map {
                EvalReport.Change(from: label($0.key.from), to: label($0.key.to), count: $0.value)
            })
    }
}
