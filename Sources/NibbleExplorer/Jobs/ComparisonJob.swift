import Foundation
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// Runs a prompt on the original and on plans: packs what isn't packed yet, then compares token by token.
struct ComparisonJob: Sendable {
    let model: TransformerModel
    let key: Comparison.Key
    let encodings: EncodingCache
    let references: ReferenceRuns
    let pool: WorkPool

    /// - Parameters:
    ///   - onPreparing: The share of the weights that are packed.
    ///   - onUpdate: The newest state, while tokens come.
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(
        _ cancellation: Cancellation, onPreparing: @escaping @Sendable (Double) -> Void,
        onUpdate: @escaping @Sendable (ComparisonSnapshot) -> Void
    ) throws {
        let tokens = model.runProblem == nil ? model.tokenizer?.encode(key.prompt) : nil
        let contestants = try Contestants.prepare(
            key.plans, of: model, encodings: encodings,
            contextLength: (tokens?.count ?? 0) + key.maximumTokens,
            keptByteCount: references.keptByteCount(of: model, maximumTokens: key.maximumTokens), pool: pool,
            cancellation: cancellation, progress: onPreparing)
        let request = ComparisonRequest(
            prompt: key.prompt, promptTokens: tokens, maximumTokens: key.maximumTokens, mode: key.mode,
            contestants: contestants)
        let run = ComparisonRun(model: model, request: request, references: references)
        onUpdate(try run.run(cancellation: cancellation, onUpdate: onUpdate))
    }
}
