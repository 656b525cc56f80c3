import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// One set of weights that takes part in a comparison, with the plan that it was made by.
public struct Contestant: Sendable {
    /// What the weights are: every figure of this contestant belongs to this plan and to no other.
    public let plan: Plan
    /// The packed matrices that are multiplied.
    public let weights: WeightSet
    /// How keys and values are kept.
    public let cacheStorage: VectorStorage

    /// The plan of the reference: every layer as it is stored.
    public static let original = Plan(name: "original")

    /// The weights that a plan makes; without one the original's.
    public init(plan: Plan = original, weights: WeightSet, cacheStorage: VectorStorage = .f32) {
        self.plan = plan
        self.weights = weights
        self.cacheStorage = cacheStorage
    }

    /// The name that is shown.
    public var name: String { plan.name }
}

/// Who takes part in a comparison: the reference, and the candidates that are compared with it.
///
///     let pair = Contestants(
///         reference: Contestant(weights: stored),
///         candidates: [Contestant(plan: plan, weights: packed)])
public struct Contestants: Sendable {
    /// The original, with which all others are compared.
    public var reference: Contestant
    /// The plans that are compared with it.
    public var candidates: [Contestant]

    /// A reference and its candidates.
    public init(reference: Contestant, candidates: [Contestant] = []) {
        self.reference = reference
        self.candidates = candidates
    }
}
