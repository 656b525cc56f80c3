/// What one model predicted at one place of the text.
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

/// A token of the prompt.
public struct PromptToken: Hashable, Sendable {
    /// The token's number.
    public let id: Int
    /// The token's text.
    public let text: String
}
