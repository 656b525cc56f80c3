import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// Why a model writes no more.
public enum FinishReason: String, Hashable, Sendable {
    /// It chose a token that ends the text (read from the original: the original did).
    case endOfText
    /// As many tokens as asked for, or as fit the context.
    case length
    /// Somebody asked to stop.
    case cancelled
}

/// What one model has written so far.
public struct ContestantProgress: Sendable {
    /// The plan whose weights write.
    public let plan: Plan
    /// One record for each token written.
    public internal(set) var records: [TokenRecord] = []
    /// The text of the tokens chosen, whole characters only.
    public internal(set) var text = ""
    /// Tokens a second while writing, from this model's own computing time; 0 before the second token.
    public internal(set) var tokensPerSecond = 0.0
    /// Seconds of computing for the prompt.
    public internal(set) var prefillSeconds = 0.0
    /// What each layer counted: clipped activations, accumulator overflows, values that are not finite.
    public internal(set) var reports: [LayerPath: KernelReport] = [:]
    /// Bytes of memory that the session holds: packed weights beyond the mapped file, norms, keys and values.
    public internal(set) var memoryByteCount = 0
    /// Why it writes no more; nil while it does.
    public internal(set) var finished: FinishReason?

    init(plan: Plan) { self.plan = plan }

    /// The plan's name.
    public var name: String { plan.name }
    /// How a candidate differs from the reference so far; of the reference itself it says nothing.
    public var divergence: DivergenceSummary { DivergenceSummary(records) }
}

/// How a model's predictions differ from the original's, over the tokens so far.
public struct DivergenceSummary: Hashable, Sendable {
    /// Index among the written tokens at which the chosen tokens differ for the first time.
    public let firstSplit: Int?
    /// Mean of KL(original‖model) over the places that can be compared, in nats per token; nil without one.
    public let meanKL: Double?
    /// The largest divergence.
    public let worstKL: Double?
    /// Index among the written tokens of the largest divergence.
    public let worstIndex: Int?
    /// The share of compared places at which both chose the same token; nil without one.
    public let agreement: Double?
    /// Places that can be compared.
    public let comparedCount: Int

    init(_ records: [TokenRecord]) {
        let compared = records.enumerated().compactMap { index, record in
            record.klDivergence.map { (index: index, divergence: $0, agrees: record.agrees) }
        }
        let count = Double(compared.count)
        let worst = compared.max { $0.divergence < $1.divergence }
        firstSplit = records.firstIndex { !$0.agrees }
        meanKL = compared.isEmpty ? nil : compared.reduce(0) { $0 + $1.divergence } / count
        worstKL = worst?.divergence
        worstIndex = worst?.index
        agreement = compared.isEmpty ? nil : Double(compared.count { $0.agrees }) / count
        comparedCount = compared.count
    }
}

/// The state of a comparison at one moment.
public struct ComparisonSnapshot: Sendable {
    /// The original.
    public internal(set) var reference: ContestantProgress
    /// The plans in the order of the request.
    public internal(set) var candidates: [ContestantProgress]
    /// The prompt as the models read it.
    public internal(set) var promptTokens: [PromptToken]
    /// Whose tokens are read.
    public let mode: ComparisonMode

    /// The reference, then the candidates.
    public var contestants: [ContestantProgress] { [reference] + candidates }

    /// What a plan has written; nil if it takes no part.
    ///
    /// Plans with the same rules make the same weights, whatever their names are.
    public func candidate(of plan: Plan) -> ContestantProgress? {
        candidates.first { $0.plan.rules == plan.rules }
    }

    /// Whether all models have ended.
    public var isFinished: Bool { contestants.allSatisfy { $0.finished != nil } }
}
