import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble bench run MODEL`: tokens a second of the original and of each format for all layers.
struct BenchRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Tokens a second of a model in each format, beside the original.")

    @Argument(help: "A folder in Hugging Face layout, or the name of a sample model.")
    var model = "tiny-tales"

    @Option(help: "Tokens to write.")
    var maxTokens = 64

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var options: BenchOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        guard (2...100_000).contains(maxTokens) else {
            throw ValidationError("--max-tokens takes 2 to 100000.")
        }
    }

    func run() throws { options.show([try measure()]) }

    func measure() throws -> BenchResult {
        let model = try options.output.open(model)
        var result = BenchResult(
            "run", subject: "\(model.name), \(maxTokens) tokens, the original beside each format",
            columns: [
                "format", "size_mb", "original_tokens_per_s", "tokens_per_s", "ratio", "prefill_ms",
                "mean_kl_nats",
            ])
        for format in try options.formats {
            result.rows.append(try row(format, model: model))
        }
        return result
    }

    private func row(
        _ format: any NumericFormat, model: TransformerModel
    ) throws -> [BenchValue] {
        let plan = Plan(
            name: format.name, rules: [try PlanRule(pattern: ".*", setting: Setting.standard(format))])
        let prompt = "Once upon a time"
        let tokens = model.tokenizer?.encode(prompt).count ?? 0
        let contestants = try Contestants.prepare(
            [plan], of: model, contextLength: tokens + maxTokens, cancellation: Interruption.cancellation)
        let request = ComparisonRequest(
            prompt: prompt, maximumTokens: maxTokens, contestants: contestants, threads: threads)
        let snapshots = try (0..<options.repetitions).map { _ in
            try Interruption.cancellation.check()
            return try ComparisonRun(model: model, request: request).run(
                cancellation: Interruption.cancellation)
        }
        func median(_ index: Int, _ figure: (ContestantProgress) -> Double) -> Double {
            Stopwatch.median(snapshots.map { figure($0.contestants[index]) })
        }
        let (before, after) = (median(0, \.tokensPerSecond), median(1, \.tokensPerSecond))
        return [
            .text(format.name), .number(Double(contestants.candidates[0].weights.byteCount) / 1e6),
            .number(before), .number(after),
            .number(before > 0 ? after / before : 0), .number(median(1) { $0.prefillSeconds * 1000 }),
            .number(snapshots.first?.candidates[0].divergence.meanKL ?? 0),
        ]
    }
}
