import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble perplexity MODEL FILE`: how well original and plan predict a text; `nibble eval` does the same with several plans.
struct PerplexityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity", abstract: "Measure how well the original and a plan predict a text.")

    @OptionGroup var model: ModelArgument

    @Argument(help: "A text file in UTF-8.")
    var file: String

    @Option(
        help: "Tokens of a window; windows do not overlap. The model's context, at most 512, unless given.")
    var window: Int?

    @OptionGroup var plan: PlanOptions

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        try PerplexityMeasurement.check(window: window)
    }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        try PerplexityMeasurement(
            model: model, file: file, plans: try plan.isGiven ? [plan.resolve(for: model).plan] : [],
            window: window, pool: threads.map { WorkPool(threadCount: $0) } ?? .shared, isJSON: output.json
        ).run()
    }
}
