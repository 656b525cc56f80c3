import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble run MODEL --prompt TEXT`: original and plan side by side.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a prompt on the original and on a plan, and compare them.",
        discussion: """
            The plan reads the original's tokens, and its predictions are compared at every token; with --free it \
            reads its own. With --json every line is one JSON value: progress with the counters so far, the result last. \
            Of an encoder the classes of the text are compared, the words at its masks, or, where each line of the prompt \
            is a text of its own, the vectors and their similarities; of a vision model the classes or vectors of images.
            """)

    @OptionGroup var model: ModelArgument

    @Option(help: "The text to continue, to classify or to embed; with a mask where a word is to be guessed.")
    var prompt: String?

    @Option(help: "The second text of a pair that an encoder reads together.")
    var textPair: String?

    @Option(
        name: .customLong("image"), parsing: .upToNextOption,
        help: ArgumentHelp("PNG or JPEG files that a vision model looks at.", valueName: "file"))
    var images: [String] = []

    @Option(help: "Tokens to write, at most.")
    var maxTokens = 64

    @OptionGroup var plan: PlanOptions
    @OptionGroup var sampling: SamplingArguments

    @Option(help: "How the plan's run keeps keys and values: f32, f16 or int8; the original's are f32.")
    var cache = VectorStorage.f32

    @Flag(help: "Let the plan write its own text; compared up to the first split only.")
    var free = false

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        guard (1...100_000_000).contains(maxTokens) else {
            throw ValidationError("--max-tokens \(maxTokens) is out of range: give 1 to 100000000.")
        }
        guard prompt != nil || !images.isEmpty else {
            throw ValidationError(
                "There is nothing to run: give --prompt TEXT, or --image FILE to a vision model.")
        }
    }

    private var pool: WorkPool { threads.map { WorkPool(threadCount: $0) } ?? .shared }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        if let description = model.description, description.kind != .causalLanguageModel {
            return try EncoderComparison(
                model: model, plan: try plan.isGiven ? plan.resolve(for: model) : nil, prompt: prompt,
                textPair: textPair, images: images, pool: pool, isJSON: output.json
            ).run()
        }
        if let problem = model.runProblem { throw EvaluationError.notRunnable(problem) }
        guard textPair == nil else {
            throw ValidationError("--text-pair is for encoders: a language model reads one text.")
        }
        let prompt = try Self.prompt(prompt, images: images, of: model)
        let plan = try plan.isGiven || cache != .f32 ? plan.resolve(for: model) : nil
        let tokens = model.tokenizer?.encode(prompt) ?? []
        let progress = ProgressLine("encoding \(plan?.plan.name ?? Contestant.original.name)")
        let contestants = try Contestants.prepare(
            [plan?.plan].compactMap(\.self), of: model, contextLength: tokens.count + maxTokens,
            cacheStorage: cache,
            pool: pool, cancellation: Interruption.cancellation, progress: progress.show)
        progress.clear()
        let request = ComparisonRequest(
            prompt: prompt, promptTokens: tokens, maximumTokens: maxTokens,
            mode: free ? .freeRunning : .teacherForced, sampling: sampling.options, contestants: contestants,
            threads: threads)
        let printer: any RunPrinter =
            output.json ? JSONRunPrinter() : TextRunPrinter(model: model, plan: plan)
        let run = ComparisonRun(model: model, request: request)
        // What is read of a file that was cut short is no figure of the model.
        let last = try run.run(cancellation: Interruption.cancellation) {
            if !model.checkpoint.isCutShort { printer.update($0) }
        }
        try model.checkpoint.checkUnchanged()
        printer.finish(RunReport(last, model: model, plan: plan, seed: sampling.seed), last)
    }
}

extension RunCommand {
    /// The prompt of a model that reads texts.
    ///
    /// - Throws: `ValidationError` without one, and for images.
    static func prompt(_ prompt: String?, images: [String], of model: TransformerModel) throws -> String {
        guard images.isEmpty, let prompt else {
            let kind = model.description?.kind.titleWithArticle ?? "a model without a known kind"
            throw ValidationError(
                "\(model.name.printable) is \(kind) and looks at no images: give --prompt TEXT.")
        }
        return prompt
    }
}

/// How tokens are chosen.
struct SamplingArguments: ParsableArguments {
    @Option(help: "0 takes the likeliest token; larger is more random.")
    var temperature: Float = 0

    @Option(help: "Keep the so many likeliest tokens; 0 keeps all.")
    var topK = 0

    @Option(help: "Keep the smallest set of tokens with this probability.")
    var topP: Float = 1

    @Option(help: "Keep tokens of at least this share of the largest probability.")
    var minP: Float = 0

    @Option(help: "Fixes the draws.")
    var seed: UInt64 = 0

    func validate() throws {
        guard temperature >= 0, temperature.isFinite else {
            throw ValidationError("--temperature must be a number of at least 0.")
        }
        guard topK >= 0 else { throw ValidationError("--top-k must be at least 0.") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p must be above 0 and at most 1.") }
        guard minP >= 0, minP <= 1 else { throw ValidationError("--min-p must be between 0 and 1.") }
    }

    var options: SamplingOptions {
        SamplingOptions(temperature: temperature, topK: topK, topP: topP, minP: minP, seed: seed)
    }
}
