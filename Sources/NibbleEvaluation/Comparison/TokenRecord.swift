/// What one model predicted at one place: the next token of a text, the word behind a mask, or the class of an input.
///
/// Texts come from the vocabulary as they are: whoever shows them makes them printable.
public struct TokenRecord: Hashable, Sendable {
    /// A token among the likeliest.
    public struct Candidate: Hashable, Sendable {
        /// The token's number.
        public let id: Int
        /// The token's text.
        public let text: String
        /// Its probability.
        public let probability: Double
        /// The number that the model gave it, before all are made to probabilities.
        public let logit: Double

        /// The likeliest of a distribution, the likeliest first.
        static func top(
            _ count: Int, of distribution: TokenDistribution, text: (Int) -> String
        ) -> [Candidate] {
            distribution.top(count).map { id, probability in
                Candidate(
                    id: id, text: text(id), probability: probability,
                    logit: distribution.logProbabilities[id] + distribution.normalizer)
            }
        }
    }

    /// The place, counted from the first token of the prompt.
    public let position: Int
    /// The token that this model chose.
    public let id: Int
    /// The chosen token's text, with U+FFFD for a part of a character.
    public let text: String
    /// log p of the chosen token in nats; −∞ if the logits stand for no distribution.
    public let logProbability: Double
    /// The likeliest tokens, the likeliest first; empty if the logits stand for no distribution.
    public let top: [Candidate]
    /// −Σ p·log p in nats; NaN if the logits stand for no distribution.
    public let entropy: Double
    /// KL(original‖this model) in nats; nil for the original itself and where the models read different texts; ∞ if
    /// this model's logits stand for no distribution.
    public let klDivergence: Double?
    /// Whether the original chose the same token at this place; true for the original itself.
    public let agrees: Bool
    /// The place of the original's token among this model's candidates, 1 for the likeliest; nil where the models
    /// read different texts.
    public let referenceRank: Int?
}

extension TokenRecord {
    /// What a distribution says where nothing is written: its likeliest entry counts as the choice.
    ///
    /// - Parameters:
    ///   - own: The distribution.
    ///   - position: The place among the tokens; 0 where there is none.
    ///   - original: The original's distribution at this place; nil for the original itself.
    ///   - topCount: Entries that are kept, at most.
    ///   - text: The text of an entry.
    public init(
        _ own: TokenDistribution, position: Int = 0, against original: TokenDistribution? = nil,
        topCount: Int, text: (Int) -> String
    ) {
        let top = Candidate.top(max(topCount, 1), of: own, text: text)
        let reference = original?.top(1).first?.id
        id = top.first?.id ?? 0
        self.position = position
        self.text = top.first?.text ?? ""
        logProbability = own.logProbabilities.max() ?? -.infinity
        self.top = top
        entropy = own.entropy
        klDivergence = original?.divergence(to: own)
        agrees = reference.map { $0 == top.first?.id } ?? true
        referenceRank = reference.map(own.rank(of:))
    }
}

/// A token of the prompt.
public struct PromptToken: Hashable, Sendable {
    /// The token's number.
    public let id: Int
    /// The token's text.
    public let text: String
}
