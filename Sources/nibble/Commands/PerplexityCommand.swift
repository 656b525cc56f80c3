import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble perplexity MODEL FILE`: how well original and plan predict a text.
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
        guard window.map({ (2...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--window takes 2 to 1000000 tokens.")
        }
    }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        guard let tokenizer = model.tokenizer, model.runProblem == nil else {
            throw EvaluationError.notRunnable(model.runProblem ?? "The model has no tokenizer.")
        }
        let tokens = tokenizer.encode(try text())
        let pool = threads.map { WorkPool(threadCount: $0) } ?? .shared
        let contestants = try Contestants.prepare(
            try plan.isGiven ? [plan.resolve(for: model).plan] : [], of: model,
            contextLength: Perplexity.windowLength(window, of: model), pool: pool,
            cancellation: Interruption.cancellation)
        let rows = try ([contestants.reference] + contestants.candidates).map {
            try measure($0, model: model, tokens: tokens, pool: pool)
        }
        try model.checkpoint.checkUnchanged()
        let isUndefined = rows.contains { $0.undefinedAt != nil }
        let report = PerplexityReport(
            model: model.name, tokens: tokens.count, results: rows,
            nonFiniteTensors: isUndefined
                ? try NonFiniteTensor.find(in: model, cancellation: Interruption.cancellation).map(\.summary)
                : [])
        if output.json {
            StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
    }

    private func text() throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError(description: "The text \(file.printable) cannot be read.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError(description: "The text \(file.printable) is not in UTF-8.")
        }
        return text
    }

    private func measure(
        _ contestant: Contestant, model: TransformerModel, tokens: [Int], pool: WorkPool
    ) throws -> PerplexityReport.Result {
        let perplexity = try Perplexity.measure(
            tokens, model: model, weights: contestant.weights, windowLength: window, pool: pool,
            cancellation: Interruption.cancellation)
        return PerplexityReport.Result(
            name: contestant.name, perplexity: perplexity.value, undefinedAt: perplexity.undefinedAt,
            predictedTokens: perplexity.tokenCount,
            bytes: contestant.weights.byteCount)
    }
}

/// What `nibble perplexity` tells.
struct PerplexityReport: Encodable {
    struct Result: Encodable {
        let name: String
        let perplexity: Double
        /// The first token whose prediction was none.
        let undefinedAt: Int?
        let predictedTokens: Int
        let bytes: Int
    }

    let schema = "nibble.perplexity/1"
    let model: String
    let tokens: Int
    let results: [Result]
    /// Tensors of the file that hold NaN or infinite numbers, where a perplexity is undefined.
    let nonFiniteTensors: [String]

    /// The figures for a person.
    var text: String {
        var table = TextTable([.text("weights"), .number("perplexity"), .number("change"), .number("size")])
        for (index, result) in results.enumerated() {
            let change = result.perplexity / results[0].perplexity - 1
            table.add([
                result.name,
                result.undefinedAt == nil ? FigureText.plain(result.perplexity, decimals: 4) : "undefined",
                index == 0 || !change.isFinite ? "-" : FigureText.plain(change * 100, decimals: 2) + "%",
                FigureText.bytes(result.bytes),
            ])
        }
        let notes = results.compactMap(note) + (results.contains { $0.undefinedAt != nil } ? [cause] : [])
        return "\(model.printable), \(results[0].predictedTokens) tokens predicted\n\n" + table.text
            + (notes.isEmpty ? "" : "\n" + notes.joined(separator: "\n") + "\n")
    }

    private func note(_ result: Result) -> String? {
        result.undefinedAt.map {
            "\(result.name): the prediction of token \($0 + 1) is not a number, so the text has no perplexity."
        }
    }

    private var cause: String {
        guard let first = nonFiniteTensors.first else {
            return "All weights of the file are finite: numbers overflow while it runs."
        }
        let count = nonFiniteTensors.count
        return
            "\(count == 1 ? "A tensor of the file holds" : "\(count) tensors of the file hold") numbers that are not finite: \(first)"
            + (count > 1 ? ", …" : "") + "."
    }
}
