import Foundation

/// The probabilities of the next token that a model's logits stand for, in double precision over the whole
/// vocabulary.
///
/// log p(i) = x(i) − m − log Σ exp(x(j) − m) with m = max x, so that no exponential overflows.
public struct TokenDistribution: Sendable {
    /// log p of every token, in nats.
    public let logProbabilities: [Double]
    /// log Σ exp(x(j)): what a logit is larger than the logarithm of its probability.
    public let normalizer: Double

    /// The distribution of `logits`; nil if they stand for none: one is NaN or +∞, all are −∞, or there are none.
    public init?(logits: [Float]) {
        var largest = -Float.infinity
        for logit in logits {
            guard !logit.isNaN else { return nil }
            largest = max(largest, logit)
        }
        guard largest.isFinite else { return nil }
        let maximum = Double(largest)
        var sum = 0.0
        for logit in logits { sum += exp(Double(logit) - maximum) }
        let normalizer = maximum + log(sum)
        self.normalizer = normalizer
        logProbabilities = logits.map { Double($0) - normalizer }
    }

    /// −Σ p·log p in nats.
    public var entropy: Double {
        logProbabilities.reduce(0) { $1 == -.infinity ? $0 : $0 - exp($1) * $1 }
    }

    /// KL(P‖Q) = Σ p·(log p − log q) in nats, where this is P: what reading Q instead of P costs for each token.
    ///
    /// Exactly 0 for equal logits; ∞ where Q rules out what P allows. Both must have one vocabulary.
    public func divergence(to other: TokenDistribution) -> Double {
        precondition(logProbabilities.count == other.logProbabilities.count, "two vocabularies")
        var sum = 0.0
        for (own, others) in zip(logProbabilities, other.logProbabilities) where own > -.infinity {
            sum += exp(own) * (own - others)
        }
        // Rounding may leave some 1e-17 below zero, which no divergence is.
        return max(sum, 0)
    }

    /// The `count` likeliest tokens, the likeliest first, the smaller number first on ties.
    public func top(_ count: Int) -> [(id: Int, probability: Double)] {
        var best: [(id: Int, value: Double)] = []
        guard count > 0 else { return [] }
        for (id, value) in logProbabilities.enumerated() {
            if best.count == count, let last = best.last, value <= last.value { continue }
            let place = best.firstIndex { $0.value < value } ?? best.count
            best.insert((id, value), at: place)
            if best.count > count { best.removeLast() }
        }
        return best.map { ($0.id, exp($0.value)) }
    }

    /// The place of a token among all, 1 for the likeliest; tokens of equal probability share the better place.
    public func rank(of id: Int) -> Int {
        let value = logProbabilities[id]
        return 1 + logProbabilities.reduce(0) { $1 > value ? $0 + 1 : $0 }
    }
}

/// How far two models' predictions lie apart.
public enum Divergence {
    /// KL(P‖Q) in nats of two models' logits over one vocabulary.
    ///
    /// - Returns: nil if `reference` stands for no distribution; ∞ if only `other` doesn't: a model that predicts
    ///   nothing is as far away as can be.
    public static func klDivergence(of reference: [Float], from other: [Float]) -> Double? {
        guard reference.count == other.count, let first = TokenDistribution(logits: reference) else {
            return nil
        }
        guard let second = TokenDistribution(logits: other) else { return .infinity }
        return first.divergence(to: second)
    }
}
