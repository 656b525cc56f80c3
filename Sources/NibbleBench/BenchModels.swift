import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble bench models MODEL`: how fast whole models read a prompt and write, format by format.
struct BenchModels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Tokens a second of a model that reads a prompt and that writes, format by format.")

    @Argument(help: "A model; nibble bench synthesize makes one of known size.")
    var model: String

    @Option(help: "Threads; may be given several times, one and all cores unless given.")
    var threads: [Int] = []

    @Option(help: "Tokens of the prompt.")
    var promptTokens = 512

    @Option(help: "Tokens to write from an empty context.")
    var generate = 64

    @Option(help: "An activation scheme for all formats; each format's own unless given.")
    var activation: String?

    @Option(help: "How keys and values are kept: f32, f16 or int8.")
    var cache = VectorStorage.f32

    @Flag(help: "Leave the weights in the format in which the model stores them.")
    var asStored = false

    @OptionGroup var options: BenchOptions

    func validate() throws {
        for count in threads { try Arguments.check(threads: count) }
        guard (1...100_000).contains(promptTokens), (1...100_000).contains(generate) else {
            throw ValidationError("--prompt-tokens and --generate take 1 to 100000.")
        }
        if let activation { try Arguments.usage { _ = try ActivationCatalogue.scheme(named: activation) } }
    }

    func run() throws {
        Interruption.listen()
        options.show([try measure()])
    }

    func measure() throws -> BenchResult {
        let model = try options.output.open(model)
        var result = BenchResult(
            "models", subject: "\(model.name), prompt of \(promptTokens) tokens, \(generate) tokens written",
            columns: [
                "format", "activation", "threads", "size_mb", "first_token_s", "prefill_per_s",
                "prefill_slowest", "prefill_fastest", "decode_per_s", "decode_slowest", "decode_fastest",
                "rss_anon_mb",
            ])
        let plans =
            try asStored ? [("as stored", Plan())] : options.formats.map { ($0.name, try plan(for: $0)) }
        let all = WorkPool.shared.threadCount
        for (name, plan) in plans {
            let weights = try EncodingCache().weightSet(for: ResolvedPlan(plan, model: model), model: model)
            for count in threads.isEmpty ? Array(Set([1, all])).sorted() : threads {
                result.rows.append(try row(name, model: model, weights: weights, threads: count))
            }
        }
        return result
    }

    private func plan(for format: any NumericFormat) throws -> Plan {
        var setting = Setting.standard(format)
        if let activation { setting.arithmetic.activation = activation }
        return Plan(rules: [try PlanRule(pattern: ".*", setting: setting)])
    }

    private func row(
        _ name: String, model: TransformerModel, weights: WeightSet, threads: Int
    ) throws -> [BenchValue] {
        let speed = ModelSpeed(
            model: model, weights: weights, pool: WorkPool(threadCount: threads), promptTokens: promptTokens,
            generate: generate, cache: cache)
        let (session, first) = try speed.open()
        let prefill = try speed.prefill(session, repetitions: options.repetitions)
        let decode = try speed.decode(session, repetitions: options.repetitions)
        return [
            .text(name), .text(speed.scheme), .count(threads), .number(Double(weights.byteCount) / 1e6),
            .number(first), .number(prefill.median), .number(prefill.slowest), .number(prefill.fastest),
            .number(decode.median), .number(decode.slowest), .number(decode.fastest),
            .number(ResidentMemory.anonymousMegabytes()),
        ]
    }
}
