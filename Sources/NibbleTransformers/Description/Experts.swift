/// A mixture of experts (Shazeer and others 2017): a router scores the experts of each token, the best `chosenCount` run, and
/// their results are added with the softmax of their scores as weights, as in Mixtral (Jiang and others 2024).
public struct Experts: Mixer {
    /// One number for each expert.
    public var router: Matrix
    /// The experts.
    public var experts: [FeedForward]
    /// Experts that each token passes.
    public var chosenCount: Int

    /// Experts below `path`, whose router is called `router`.
    public init(
        _ path: String, width: Int, inner: Int, count: Int, chosenCount: Int,
        activation: FeedForward.Activation
    ) {
        router = Matrix(path + ".router", .router, rows: count, columns: width)
        experts = (0..<count).map {
            FeedForward(
                "\(path).experts.\($0)", width: width, inner: inner, activation: activation, isGated: true)
        }
        self.chosenCount = chosenCount
    }

    /// The router, then expert after expert.
    public var matrices: [Matrix] { [router] + experts.flatMap(\.matrices) }
    /// The router and what every expert reads with.
    public var readers: [Matrix] { [router] + experts.flatMap(\.readers) }
    /// What every expert writes with.
    public var writers: [Matrix] { experts.flatMap(\.writers) }
    /// Those within the experts.
    public var productEdges: [ProductEdge] { experts.flatMap(\.productEdges) }
}
