/// Two products with an activation function between them, down(f(up(x))), or three with a gate, down(f(gate(x)) · up(x))
/// (Shazeer 2020).
public struct FeedForward: Mixer {
    /// The function between the products.
    public enum Activation: String, Hashable, Sendable {
        /// x ÷ (1 + e^−x) (Hendrycks and Gimpel 2016).
        case silu
        /// x · Φ(x), with the error function.
        case gelu
        /// x · Φ(x), with a tanh in its place.
        case geluTanh

        /// The function that a configuration calls `name`; nil for one that nibble doesn't know.
        public init?(named name: String) {
            switch name {
            case "silu", "swish": self = .silu
            case "gelu": self = .gelu
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .geluTanh
            default: return nil
            }
        }
    }

    /// The gate; nil for a plain one.
    public var gate: Matrix?
    /// The products.
    public var up, down: Matrix
    /// The function between them.
    public var activation: Activation

    /// A feed-forward part whose matrices are called `gate_proj`, `up_proj` and `down_proj` below `path`.
    public init(
        _ path: String, width: Int, inner: Int, activation: Activation, isGated: Bool,
        bias: Presence = .absent
    ) {
        gate =
            isGated ? Matrix(path + ".gate_proj", .gate, rows: inner, columns: width, bias: bias) : nil
        up = Matrix(path + ".up_proj", .up, rows: inner, columns: width, bias: bias)
        down = Matrix(path + ".down_proj", .down, rows: width, columns: inner, bias: bias)
        self.activation = activation
    }

    /// Gate, up, down.
    public var matrices: [Matrix] { readers + [down] }
    /// Gate and up.
    public var readers: [Matrix] { [gate, up].compactMap(\.self) }
    /// Down.
    public var writers: [Matrix] { [down] }
    /// With a gate, down reads up's output times numbers; without, the function of it, which no scale passes.
    public var productEdges: [ProductEdge] { gate == nil ? [] : [ProductEdge(up, down)] }
}
