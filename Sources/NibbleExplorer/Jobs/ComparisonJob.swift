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
    let pool: WorkPool

    /// Tokens of the prompt that the estimate of memory assumes.
    private static let assumedPromptLength = 512

    /// - Parameters:
    ///   - onPreparing: The share of the weights that are packed.
    ///   - onUpdate: The newest state, while tokens come.
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(
        _ cancellation: Cancellation, onPreparing: @escaping @Sendable (Double) -> Void,
        onUpdate: @escaping @Sendable (ComparisonSnapshot) -> Void
    ) throws {
        let layers = PlannedLayers(model)
        let plans = key.plans.map { ResolvedPlan($0, layers) }
        let need = try MemoryBudget.need(
            of: model, plans: plans,
            contextLength: min(model.contextLength, Self.assumedPromptLength + key.maximumTokens))
        if let refusal = MemoryBudget.current().refusal(needed: need) {
            throw EvaluationError.needsMemory(refusal)
        }
        let original = try encodings.weightSet(
            for: ResolvedPlan(Plan(), layers), model: model, pool: pool, cancellation: cancellation)
        var contestants = [Contestant(name: "original", weights: original)]
        for (index, plan) in plans.enumerated() {
            let weights = try encodings.weightSet(
                for: plan, model: model, reusing: contestants.last?.weights, pool: pool,
                cancellation: cancellation
            ) { onPreparing((Double(index) + $0) / Double(plans.count)) }
            contestants.append(Contestant(name: plan.plan.name, weights: weights))
        }
        let request = ComparisonRequest(
            prompt: key.prompt, maximumTokens: key.maximumTokens, mode: key.mode, contestants: contestants)
        let run = ComparisonRun(model: model, request: request)
        onUpdate(try run.run(cancellation: cancellation, onUpdate: onUpdate))
    }
}
