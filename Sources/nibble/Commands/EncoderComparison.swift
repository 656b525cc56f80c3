import ArgumentParser
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble run` of an encoder: what original and plan make of texts or images.
struct EncoderComparison {
    let model: TransformerModel
    let plan: ResolvedPlan?
    let prompt: String?
    let textPair: String?
    let images: [String]
    let pool: WorkPool
    let isJSON: Bool

    /// Runs all inputs and prints what comes out.
    ///
    /// - Throws: ``NibbleEvaluation/EvaluationError``, `ImageError`, and what packing the plan's layers throws.
    func run() throws {
        if let problem = EncoderRun.problem(of: model) { throw EvaluationError.notRunnable(problem) }
        let inputs = try model.description?.input is PatchInput ? imageInputs() : textInputs()
        let progress = ProgressLine("encoding \(plan?.plan.name ?? Contestant.original.name)")
        let contestants = try Contestants.prepare(
            [plan?.plan].compactMap(\.self), of: model, contextLength: 1, pool: pool,
            cancellation: Interruption.cancellation, progress: progress.show)
        progress.clear()
        let run = try EncoderRun(model: model, contestants: contestants, pool: pool)
        if let remark = run.remark { StandardError.write(remark) }
        // One image at a time lies in memory.
        let results = try inputs.map { input in
            EncoderReport.Input(
                try run.run(input(), cancellation: Interruption.cancellation), model: model, plan: plan)
        }
        try model.checkpoint.checkUnchanged()
        let report = EncoderReport(results, run: run, model: model, plan: plan)
        if isJSON {
            StandardOutput.writeJSON(report, isOneLine: true)
        } else {
            StandardOutput.write(report.text)
        }
    }

    private typealias Reading = () throws -> EncoderInput

    private func imageInputs() throws -> [Reading] {
        guard prompt == nil, textPair == nil else {
            throw ValidationError(
                "\(model.name.printable) looks at images and reads no texts: give --image FILE.")
        }
        guard !images.isEmpty else {
            throw ValidationError("\(model.name.printable) looks at images: give --image FILE.")
        }
        return images.map { path in { .image(try ImageInput.read(path)) } }
    }

    /// One text, or for vectors one for each line of the prompt.
    private func textInputs() throws -> [Reading] {
        let prompt = try RunCommand.prompt(prompt, images: images, of: model)
        guard model.description?.kind == .textEmbedder else {
            return [{ .text(TextInput(prompt, pair: textPair)) }]
        }
        guard textPair == nil else {
            throw ValidationError(
                "--text-pair has no meaning for vectors: give each text a line of the prompt.")
        }
        let lines = prompt.split(whereSeparator: \.isNewline).map(String.init)
        return (lines.isEmpty ? [prompt] : lines).map { line in { .text(TextInput(line)) } }
    }
}
