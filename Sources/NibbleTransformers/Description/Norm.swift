/// A normalization of hidden states.
public struct Norm: Hashable, Sendable {
    /// What is computed.
    public enum Kind: Hashable, Sendable {
        /// x ÷ √(mean(x²) + ε) · w (Zhang and Sennrich 2019).
        case rms
        /// (x − mean) ÷ √(variance + ε) · w + b (Ba and others 2016).
        case layer
    }

    /// What is computed.
    public let kind: Kind
    /// Where its weights stand.
    public let name: String
    /// Channels that are normalized together.
    public let size: Int
    /// ε.
    public let epsilon: Float

    /// A norm of `size` channels.
    public init(_ kind: Kind, _ name: String, size: Int, epsilon: Float) {
        self.kind = kind
        self.name = name
        self.size = size
        self.epsilon = epsilon
    }

    /// Weights and, of a layer norm, biases.
    public var parameters: [Parameter] {
        let weight = Parameter(name, shape: [size])
        return kind == .rms ? [weight] : [weight, Parameter(name, ending: .bias, shape: [size])]
    }
}
