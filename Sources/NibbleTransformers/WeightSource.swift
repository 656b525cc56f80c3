/// Where the weights of a layer lie in a model's files: the key of everything that is made of them.
public struct WeightSource: Hashable, Sendable {
    /// The tensor's name in the file.
    public var tensor: String

    /// A whole tensor.
    public init(tensor: String) { self.tensor = tensor }
}
