import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// The perplexity of a text for a language model and its plans: what `nibble eval` and `nibble perplexity` do with one.
struct PerplexityMeasurement {
    let model: TransformerModel
    let file: String
    let plans: [Plan]
    let window: Int?
    let pool: WorkPool
    let isJSON: Bool

    /// Refuses a window that is none.
    static func check(window: Int?) throws {
        guard window.map({ (2...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--window takes 2 to 1000000 tokens.")
        }
    }

    /// Measures original and plans and prints the figures.
    ///
    /// - Throws: ``NibbleEvaluation/EvaluationError``, a `CommandError` for a text that cannot be read, and what packing the
    ///   plans' layers throws.
    func run() throws {
        guard let tokenizer = model.tokenizer, model.runProblem == nil else {
            throw EvaluationError.notRunnable(model.runProblem ?? "The model has no tokenizer.")
        }
        let tokens = tokenizer.encode(try text())
        let contestants = try Contestants.prepare(
            plans, of: model, contextLength: Perplexity.windowLength(window, of: model), pool: pool,
            cancellation: Interruption.cancellation)
        let rows = try ([contestants.reference] + contestants.candidates).map { try measure($0, tokens) }
        try model.checkpoint.checkUnchanged()
        let isUndefined = rows.contains { $0.undefinedAt != nil }
        let report = PerplexityReport(
            model: model.name, tokens: tokens.count, results: rows,
            nonFiniteTensors: isUndefined
                ? try NonFiniteTensor.find(in: model, cancellation: Interruption.cancellation).map(\.summary)
                : [])
        if isJSON { StandardOutput.writeJSON(report) } else { StandardOutput.write(report.text) }
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

    private func measure(_ contestant: Contestant, _ tokens: [Int]) throws -> PerplexityReport.Result {
        let perplexity = try Perplexity.measure(
            tokens, model: model, weights: contestant.weights, windowLength: window, pool: pool,
            cancellation: Interruption.cancellation)
        return PerplexityReport.Result(
            name: contestant.name, perplexity: perplexity.value, undefinedAt: perplexity.undefinedAt,
            predictedTokens: perplexity.tokenCount, bytes: contestant.weights.byteCount)
    }
}
