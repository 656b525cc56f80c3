import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble eval MODEL DATA`: accuracy of original and plans on labelled texts or images, or the perplexity of a text.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract:
            "Measure how well the original and plans classify labelled texts or images, or predict a text.",
        discussion: """
            Of a text classifier DATA is CSV whose first line names its columns, or lines of JSON objects; of an image \
            classifier a folder with a folder of PNG and JPEG images for each class; of a language model a text, whose \
            perplexity is measured. A label is the name of one of the model's classes, or its number. Several plans are measured in one run: each --plan is one, and the rules of \
            --set are one more.
            """)

    @OptionGroup var model: ModelArgument

    @Argument(help: "Texts with labels (CSV or JSON lines), a folder of images for each class, or a text.")
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

    @Option(help: "Texts or images that are read, at most; of images in turn from each class.")
    var limit: Int?

    @Option(help: "Tokens of a window of a language model, as in nibble perplexity.")
    var window: Int?

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        for rule in rules { try Arguments.usage { _ = try PlanRule(parsing: rule) } }
        guard limit.map({ $0 >= 1 }) ?? true else { throw ValidationError("--limit must be at least 1.") }
        try PerplexityMeasurement.check(window: window)
    }

    private var pool: WorkPool { threads.map { WorkPool(threadCount: $0) } ?? .shared }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        let kind = model.description?.kind
        guard kind == .causalLanguageModel || window == nil else {
            throw ValidationError("--window is for language models, whose text is read in windows.")
        }
        switch kind {
        case .causalLanguageModel:
            guard limit == nil else {
                throw ValidationError(
                    "--limit is for labelled data: the perplexity is that of the whole text.")
            }
            try PerplexityMeasurement(
                model: model, file: data, plans: try plans(of: model), window: window, pool: pool,
                isJSON: output.json
            ).run()
        case .textClassifier: try score(try texts(of: model), of: model)
        case .imageClassifier: try score(try images(of: model), of: model)
        default: throw EvaluationError.notRunnable(refusal(model))
        }
    }

    private func score(_ inputs: some LabelledInputs, of model: TransformerModel) throws {
        if let problem = EncoderRun.problem(of: model) { throw EvaluationError.notRunnable(problem) }
        let plans = try plans(of: model)
        let encoding = ProgressLine("encoding \(plans.count) \(plans.count == 1 ? "plan" : "plans")")
        let contestants = try Contestants.prepare(
            plans, of: model, contextLength: 1, pool: pool, cancellation: Interruption.cancellation,
            progress: encoding.show)
        encoding.clear()
        let run = try EncoderRun(model: model, contestants: contestants, pool: pool)
        let noun = model.description?.kind == .imageClassifier ? "images" : "texts"
        let reading = ProgressLine("reading \(inputs.count) \(noun)")
        let (scores, cutCount) = try run.score(
            inputs, cancellation: Interruption.cancellation, progress: reading.show)
        reading.clear()
        try model.checkpoint.checkUnchanged()
        let report = EvalReport(
            scores, run: run, contestants: contestants, model: model, noun: noun, cutCount: cutCount)
        if output.json { StandardOutput.writeJSON(report) } else { StandardOutput.write(report.text) }
    }

    private func texts(of model: TransformerModel) throws -> LabelledTexts {
        try LabelledTexts.read(
            try contents(), columns: .init(text: textColumn, pair: pairColumn, label: labelColumn),
            labels: model.description?.classLabels ?? [], limit: limit ?? .max)
    }

    private func images(of model: TransformerModel) throws -> LabelledImages {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandError(
                description:
                    "\(data.printable) is no folder: \(model.name.printable) looks at images, so give a folder "
                    + "with a folder of them for each class.")
        }
        return try LabelledImages.list(
            data, labels: model.description?.classLabels ?? [], limit: limit ?? .max)
    }

    private func refusal(_ model: TransformerModel) -> String {
        if let problem = model.networkProblem { return problem }
        guard let kind = model.description?.kind else { return "\(model.name.printable) cannot run." }
        return "\(model.name.printable) is \(kind.titleWithArticle): it has no classes to be right about."
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
