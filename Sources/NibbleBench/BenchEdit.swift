import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble bench edit MODEL`: what an edit of the plan costs until its weights are packed, and until the prompt has run again.
struct BenchEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "What an edit of all layers costs: packing the weights, and running the prompt again.")

    @Argument(help: "A folder in Hugging Face layout, or the name of a sample model.")
    var model = "tiny-tales"

    @Option(help: "Tokens to write.")
    var maxTokens = 64

    @OptionGroup var options: BenchOptions

    func validate() throws {
        guard (2...100_000).contains(maxTokens) else {
            throw ValidationError("--max-tokens takes 2 to 100000.")
        }
    }

    func run() throws { options.show([try measure()]) }

    /// The edits in order; each begins where the one before ended.
    private static let edits = [
        ("all layers", "int8 channel range=mse activation=int8-token"),
        ("range rule", "int8 channel range=min-max activation=int8-token"),
        ("activation", "int8 channel range=min-max activation=int8-block32"),
        ("accumulator", "int8 channel range=min-max activation=int8-block32 accumulator=24-saturate"),
    ]

    func measure() throws -> BenchResult {
        let model = try options.output.open(model)
        let encodings = EncodingCache(byteLimit: 8 << 30)
        let references = ReferenceRuns()
        var result = BenchResult(
            "edit", subject: "\(model.name), \(maxTokens) tokens",
            columns: ["edit", "layers_packed", "pack_ms", "run_ms", "run_anew_ms"])
        for (name, setting) in Self.edits {
            try Interruption.cancellation.check()
            let plan = Plan(name: name, rules: [try PlanRule(parsing: ".*=" + setting)])
            let before = encodings.encodedCount
            var contestants = Contestants(reference: Contestant(weights: WeightSet([:])))
            let packing = try Stopwatch.milliseconds {
                contestants = try Contestants.prepare(
                    [plan], of: model, encodings: encodings, contextLength: 64 + maxTokens,
                    cancellation: Interruption.cancellation)
            }
            let kept = try time(model, contestants, references)
            let anew = try time(model, contestants, nil)
            result.rows.append([
                .text(name), .number(Double(encodings.encodedCount - before)), .number(packing),
                .number(kept), .number(anew),
            ])
        }
        return result
    }

    private func time(
        _ model: TransformerModel, _ contestants: Contestants, _ references: ReferenceRuns?
    ) throws -> Double {
        let request = ComparisonRequest(
            prompt: "Once upon a time", maximumTokens: maxTokens, contestants: contestants)
        return Stopwatch.median(
            try (0..<options.repetitions).map { _ in
                try Stopwatch.milliseconds {
                    _ = try ComparisonRun(
                        model: model, request: request, references: references ?? ReferenceRuns()
                    ).run(
                        cancellation: Interruption.cancellation)
                }
            })
    }
}
