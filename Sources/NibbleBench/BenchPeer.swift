import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble bench peer MODEL…`: the same GGUF files in nibble and in llama.cpp, in turn.
struct BenchPeer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "GGUF models in nibble and in llama.cpp, in turn: tokens a second and their ratio.",
        discussion: """
            Both read the same bytes with as many threads. In each pair, each of them runs once uncounted and once counted; who \
            comes first changes from pair to pair. Figures are medians; the ratios are medians of the pairs' own ratios.
            """)

    @Argument(help: "GGUF files.")
    var models: [String]

    @Option(help: "The program llama-bench, as llama.cpp's build makes it.")
    var llamaBench: String

    @Option(help: "Threads; may be given several times, one and all cores unless given.")
    var threads: [Int] = []

    @Option(help: "How often both are measured.")
    var pairs = 7

    @Option(help: "Tokens of the prompt.")
    var promptTokens = 512

    @Option(help: "Tokens to write from an empty context.")
    var generate = 64

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for count in threads { try Arguments.check(threads: count) }
        guard (1...1000).contains(pairs) else { throw ValidationError("--pairs takes 1 to 1000.") }
        guard (1...100_000).contains(promptTokens), (1...100_000).contains(generate) else {
            throw ValidationError("--prompt-tokens and --generate take 1 to 100000.")
        }
        guard !models.isEmpty else { throw ValidationError("Give at least one GGUF file.") }
    }

    func run() throws {
        Interruption.listen()
        let report = BenchReport(results: [try measure()])
        if output.json { StandardOutput.writeJSON(report) } else { StandardOutput.write(report.text) }
    }

    private func measure() throws -> BenchResult {
        var result = BenchResult(
            "peer",
            subject:
                "prompts of \(promptTokens) tokens, \(generate) tokens written, medians of \(pairs) pairs",
            columns: [
                "model", "activation", "threads", "prefill_peer", "prefill_per_s", "prefill_ratio",
                "decode_peer", "decode_per_s", "decode_ratio",
            ])
        let all = WorkPool.shared.threadCount
        for file in models {
            let model = try output.open(file)
            if let problem = model.runProblem { throw EvaluationError.notRunnable(problem) }
            let weights = try EncodingCache().weightSet(
                for: ResolvedPlan(Plan(), model: model), model: model)
            for count in threads.isEmpty ? Array(Set([1, all])).sorted() : threads {
                result.rows.append(try row(file, model, weights, threads: count))
            }
        }
        return result
    }

    /// Figures of one pair, nibble's and the peer's.
    private struct Pair {
        var own: (prefill: Double, decode: Double)
        var peer: (prefill: Double, decode: Double)
    }

    private func row(
        _ file: String, _ model: TransformerModel, _ weights: WeightSet, threads: Int
    ) throws -> [BenchValue] {
        let speed = ModelSpeed(
            model: model, weights: weights, pool: WorkPool(threadCount: threads), promptTokens: promptTokens,
            generate: generate)
        let peer = LlamaBench(
            executable: llamaBench, threads: threads, promptTokens: promptTokens, generate: generate)
        let (session, _) = try speed.open()
        func own() throws -> (prefill: Double, decode: Double) {
            let prefill = try speed.prefill(session, repetitions: 1)
            return (prefill.median, try speed.decode(session, repetitions: 1).median)
        }
        let progress = ProgressLine("\(model.name), \(threads) threads")
        defer { progress.clear() }
        let results = try (0..<pairs).map { index in
            progress.show(Double(index) / Double(pairs))
            if index % 2 == 0 {
                let first = try peer.measure(file)
                return Pair(own: try own(), peer: first)
            }
            let first = try own()
            return Pair(own: first, peer: try peer.measure(file))
        }
        func median(_ value: (Pair) -> Double) -> BenchValue { .number(Stopwatch.median(results.map(value))) }
        return [
            .text(model.name), .text(speed.scheme), .count(threads),
            median(\.peer.prefill), median(\.own.prefill), median { $0.own.prefill / $0.peer.prefill },
            median(\.peer.decode), median(\.own.decode), median { $0.own.decode / $0.peer.decode },
        ]
    }
}
