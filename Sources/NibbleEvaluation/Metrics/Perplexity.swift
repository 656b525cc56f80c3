import Foundation
import NibbleKernels
import NibbleTransformers

/// How well a model predicts a text: exp of the mean of −log p over its tokens.
public struct Perplexity: Hashable, Sendable {
    /// exp(−Σ log p ÷ n); ∞ if one of the tokens was ruled out, NaN if one of the predictions was none.
    public let value: Double
    /// The first token whose prediction was none, as its logits were not all finite numbers; nil if all were.
    public let undefinedAt: Int?
    /// The tokens predicted, n: all but the first of each window.
    public let tokenCount: Int

    /// Reads `tokens` in windows of the context's length that do not overlap, and predicts each window's second
    /// token from its first, and so on.
    ///
    /// - Parameter windowLength: tokens of a window; nil for the model's context, at most 512.
    /// - Throws: ``EvaluationError/tooFewTokens(_:)`` for less than two tokens; what a session throws.
    public static func measure(
        _ tokens: [Int], model: TransformerModel, weights: WeightSet, windowLength: Int? = nil,
        pool: WorkPool = .shared, cancellation: Cancellation = Cancellation()
    ) throws -> Perplexity {
        guard tokens.count > 1 else { throw EvaluationError.tooFewTokens(tokens.count) }
        let length = Self.windowLength(windowLength, of: model)
        let session = try DecoderSession(model: model, weights: weights, contextLength: length, pool: pool)
        var sum = 0.0
        var count = 0
        for start in stride(from: 0, to: tokens.count - 1, by: length) {
            let window = Array(tokens[start..<min(start + length, tokens.count)])
            session.rewind(to: 0)
            let part = try negativeLogLikelihood(of: window, session, cancellation)
            sum += part.sum
            count += window.count - 1
            if let place = part.undefinedAt {
                return Perplexity(value: .nan, undefinedAt: start + place, tokenCount: count)
            }
        }
        return Perplexity(value: exp(sum / Double(count)), undefinedAt: nil, tokenCount: count)
    }

    /// Tokens of a window: as many as asked for, or 512, if the model's context has room for them.
    public static func windowLength(_ wanted: Int?, of model: TransformerModel) -> Int {
        max(2, min(wanted ?? 512, max(2, model.contextLength)))
    }

    /// Few tokens at a time: their logits are as many as the vocabulary, each.
    private static let chunkLength = 32

    private static func negativeLogLikelihood(
        of window: [Int], _ session: DecoderSession, _ cancellation: Cancellation
    ) throws -> (sum: Double, undefinedAt: Int?) {
        var sum = 0.0
        for start in stride(from: 0, to: window.count - 1, by: chunkLength) {
            let end = min(start + chunkLength, window.count - 1)
            let logits = try session.append(
                Array(window[start..<end]), allLogits: true, cancellation: cancellation)
            let size = logits.count / (end - start)
            for index in start..<end {
                let row = Array(logits[(index - start) * size..<(index - start + 1) * size])
                guard let distribution = TokenDistribution(logits: row) else {
                    return (.nan, index + 1)
                }
                sum -= distribution.logProbabilities[window[index + 1]]
            }
        }
        return (sum, nil)
    }
}
