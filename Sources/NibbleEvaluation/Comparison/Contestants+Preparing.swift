import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Contestants {
    /// The original and plans of a model with their weights packed, once it is known that all fit in memory.
    ///
    ///     let contestants = try Contestants.prepare([plan], of: model, contextLength: 128)
    ///
    /// - Parameters:
    ///   - encodings: where packed matrices are kept; layers on which two plans agree are shared.
    ///   - contextLength: tokens that each of them reads, at most.
    ///   - cacheStorage: how the candidates keep keys and values; the reference keeps them as f32.
    ///   - keptByteCount: bytes that something else will hold meanwhile.
    ///   - budget: the memory that may be taken.
    ///   - progress: called with the share of the plans' weights that is packed, from working threads.
    /// - Throws: ``EvaluationError/needsMemory(_:)``; what packing a layer throws.
    public static func prepare(
        _ plans: [Plan], of model: TransformerModel, encodings: EncodingCache = EncodingCache(),
        contextLength: Int, cacheStorage: VectorStorage = .f32, keptByteCount: Int = 0,
        budget: MemoryBudget = .current(), pool: WorkPool = .shared,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> Contestants {
        let layers = PlannedLayers(model)
        let resolved = plans.map { ResolvedPlan($0, layers) }
        let need = try MemoryBudget.need(
            of: model, plans: resolved, contextLength: min(contextLength, model.contextLength))
        let (total, overflows) = need.addingReportingOverflow(keptByteCount)
        if let refusal = budget.refusal(needed: overflows ? .max : total) {
            throw EvaluationError.needsMemory(refusal)
        }
        let original = try encodings.weightSet(
            for: ResolvedPlan(Contestant.original, layers), model: model, pool: pool,
            cancellation: cancellation)
        var contestants = Contestants(reference: Contestant(weights: original))
        for (index, plan) in resolved.enumerated() {
            let weights = try encodings.weightSet(
                for: plan, model: model, reusing: contestants.candidates.last?.weights, pool: pool,
                cancellation: cancellation
            ) { progress?((Double(index) + $0) / Double(plans.count)) }
            contestants.candidates.append(
                Contestant(plan: plan.plan, weights: weights, cacheStorage: cacheStorage))
        }
        return contestants
    }
}
