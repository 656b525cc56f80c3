import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble eval MODEL DATA`: accuracy of original and plans on labelled texts.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure how well the original and plans classify labelled texts.",
        discussion: """
            DATA is CSV whose first line names its columns, or lines of JSON objects. A label is the name of one of the \
            model's classes, or its number. Several plans are measured in one run: each --plan is one, and the rules of \
            --set are one more.
            """)

    @OptionGroup var model: ModelArgument

    @Argument(help: "A file of texts with labels: CSV or JSON lines.")
    var data: String

    @Option(name: .customLong("plan"), help: "Plan file in YAML; may be given several times.")
    var plans: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A rule of one more plan, such as '.*=int4 group=32'; may be given several times.",
            valueName: "pattern=setting"))
    var rules: [String] = []

    @Option(help: "The column of the text.")
    var textColumn = "text"

    @Option(help: "The column of the second text of a pair.")
    var pairColumn: String?

    @Option(help: "The column of the label.")
    var labelColumn = "label"

    @Option(help: "Texts that are read, at most.")
    var limit: Int?

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        for rule in rules { try Arguments.usage { _ = try PlanRule(parsing: rule) } }
        guard limit.map({ $0 >= 1 }) ?? true else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        guard let description = model.description, description.kind == .textClassifier else {
            throw EvaluationError.notRunnable(refusal(model))
        }
        let texts = try LabelledTexts.read(
            try contents(), columns: .init(text: textColumn, pair: pairColumn, label: labelColumn),
            labels: description.classLabels, limit: limit ?? .max)
        let plans = try plans(of: model)
        let pool = threads.map { WorkPool(threadCount: $0) } ?? .shared
        let encoding = ProgressLine("encoding \(plans.count) \(plans.count == 1 ? "plan" : "plans")")
        let contestants = try Contestants.prepare(
            plans, of: model, contextLength: 1, pool: pool, cancellation: Interruption.cancellation,
            progress: encoding.show)
        encoding.clear()
        let run = try EncoderRun(model: model, contestants: contestants, pool: pool)
        let reading = ProgressLine("reading \(texts.items.count) texts")
        let (scores, cutCount) = try run.score(
            texts, cancellation: Interruption.cancellation, progress: reading.show)
        reading.clear()
        try model.checkpoint.checkUnchanged()
        let report = EvalReport(
            scores, run: run, contestants: contestants, model: model, cutCount: cutCount)
        if output.json { StandardOutput.writeJSON(report) } else { StandardOutput.write(report.text) }
    }

    private func refusal(_ model: TransformerModel) -> String {
        if let problem = model.networkProblem { return problem }
        guard let kind = model.description?.kind else { return "\(model.name.printable) cannot run." }
        let other =
            kind == .causalLanguageModel
            ? "nibble perplexity measures it" : "it has no classes to be right about"
        return "\(model.name.printable) is no text classifier but \(kind.titleWithArticle): \(other)."
    }

    private func contents() throws -> Data {
        guard let contents = FileManager.default.contents(atPath: data) else {
            throw CommandError(description: "The data \(data.printable) cannot be read.")
        }
        return contents
    }

    /// The plans in the order of the arguments, each with a name of its own.
    private func plans(of model: TransformerModel) throws -> [Plan] {
        var result = try plans.map { path -> Plan in
            var plan = try Plan.load(URL(fileURLWithPath: path))
            if plan.name.isEmpty { plan.name = URL(fileURLWithPath: path).lastPathComponent }
            return plan
        }
        if !rules.isEmpty {
            let rules = try rules.map { try PlanRule(parsing: $0) }
            for rule in rules { _ = try Arguments.layers(matching: rule.pattern, in: model) }
            result.append(Plan(name: self.rules.joined(separator: ", "), rules: rules))
        }
        return result
    }
}
