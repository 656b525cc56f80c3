import NibbleTransformers

/// What an encoder makes of one input, in the form of its kind.
public enum EncoderOutput: Sendable {
    /// The distribution of the classes.
    case classes(TokenDistribution)
    /// The distribution of the words at each mask, with the mask's place among the tokens.
    case masks([(place: Int, words: TokenDistribution)])
    /// The vector that stands for the text or the image.
    case vector([Float])
    /// Numbers that stand for no distribution: one is NaN or infinite.
    case broken

    /// The classes of their logits.
    static func classes(logits: [Float]) -> EncoderOutput {
        TokenDistribution(logits: logits).map(EncoderOutput.classes) ?? .broken
    }

    /// A vector whose numbers are all finite.
    static func vector(finite vector: [Float]) -> EncoderOutput {
        vector.allSatisfy(\.isFinite) ? .vector(vector) : .broken
    }
}

/// How a plan's output for an input differs from the original's.
public struct OutputDifference: Hashable, Sendable {
    /// KL(original‖plan) in nats: of the classes, or the mean over the masks; nil for vectors, ∞ for broken numbers.
    public let klDivergence: Double?
    /// a·b ÷ (‖a‖·‖b‖) of the vectors; nil for distributions.
    public let cosine: Double?
    /// Whether both like the same class, or the same word at every mask, best; nil for vectors.
    public let agrees: Bool?

    /// Compares a plan's output with the original's.
    public init(of plan: EncoderOutput, from original: EncoderOutput) {
        switch (original, plan) {
        case (.classes(let first), .classes(let second)):
            klDivergence = first.divergence(to: second)
            cosine = nil
            agrees = first.top(1).first?.id == second.top(1).first?.id
        case (.masks(let first), .masks(let second)) where first.count == second.count:
            let pairs = zip(first, second)
            let sum = pairs.reduce(0.0) { $0 + $1.0.words.divergence(to: $1.1.words) }
            klDivergence = first.isEmpty ? nil : sum / Double(first.count)
            cosine = nil
            agrees = pairs.allSatisfy { $0.words.top(1).first?.id == $1.words.top(1).first?.id }
        case (.vector(let first), .vector(let second)):
            klDivergence = nil
            cosine = Similarity.cosine(first, second)
            agrees = nil
        case (.broken, _):
            (klDivergence, cosine, agrees) = (nil, nil, nil)
        default:
            (klDivergence, cosine, agrees) = (.infinity, nil, false)
        }
    }
}

/// How alike vectors are.
public enum Similarity {
    /// a·b ÷ (‖a‖·‖b‖), −1…1; nil where one has no length or a number is not finite.
    public static func cosine(_ first: [Float], _ second: [Float]) -> Double? {
        guard first.count == second.count else { return nil }
        var (product, firstPower, secondPower) = (0.0, 0.0, 0.0)
        for (left, right) in zip(first, second) {
            product += Double(left) * Double(right)
            firstPower += Double(left) * Double(left)
            secondPower += Double(right) * Double(right)
        }
        let length = (firstPower * secondPower).squareRoot()
        guard length > 0, length.isFinite, product.isFinite else { return nil }
        return min(1, max(-1, product / length))
    }

    /// The similarities of each vector with each, row by row.
    public static func matrix(_ vectors: [[Float]]) -> [[Double?]] {
        vectors.map { first in vectors.map { cosine(first, $0) } }
    }
}
