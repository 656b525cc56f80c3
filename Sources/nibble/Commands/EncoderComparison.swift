import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble run` of a text encoder: what original and plan make of texts.
struct EncoderComparison {
    let model: TransformerModel
    let plan: ResolvedPlan?
    let prompt: String
    let textPair: String?
    let pool: WorkPool
    let isJSON: Bool

    /// Runs all texts and prints what comes out.
    ///
    /// - Throws: ``NibbleEvaluation/EvaluationError``, and what packing the plan's layers throws.
    func run() throws {
        if let problem = EncoderRun.problem(of: model) { throw EvaluationError.notRunnable(problem) }
        let inputs = try inputs()
        let progress = ProgressLine("encoding \(plan?.plan.name ?? Contestant.original.name)")
        let contestants = try Contestants.prepare(
            [plan?.plan].compactMap(\.self), of: model, contextLength: 1, pool: pool,
            cancellation: Interruption.cancellation, progress: progress.show)
        progress.clear()
        let run = try EncoderRun(model: model, contestants: contestants, pool: pool)
        if let remark = run.remark { StandardError.write(remark) }
        let results = try inputs.map { try run.run($0, cancellation: Interruption.cancellation) }
        try model.checkpoint.checkUnchanged()
        let report = EncoderReport(results, run: run, model: model, plan: plan)
        if isJSON {
            StandardOutput.writeJSON(report, isOneLine: true)
        } else {
            StandardOutput.write(report.text)
        }
    }

    /// One text, or for vectors one for each line of the prompt.
    private func inputs() throws -> [TextInput] {
        guard model.description?.kind == .textEmbedder else { return [TextInput(prompt, pair: textPair)] }
        guard textPair == nil else {
            throw ValidationError(
                "--text-pair has no meaning for vectors: give each text a line of the prompt.")
        }
        let lines = prompt.split(whereSeparator: \.isNewline).map(String.init)
        return (lines.isEmpty ? [prompt] : lines).map { TextInput($0) }
    }
}
