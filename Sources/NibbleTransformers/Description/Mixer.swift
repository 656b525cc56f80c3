/// What a branch does with hidden states: attention mixes positions, feed-forward channels.
///
/// A mixer is one file here and one in `Parts`; whoever walks a description asks only for the properties below.
public protocol Mixer: Sendable {
    /// Its matrices in the order of the forward pass.
    var matrices: [Matrix] { get }
    /// Its norms' weights and other parameters, without biases of matrices.
    var parameters: [Parameter] { get }
    /// The matrices whose input is the branch's input.
    var readers: [Matrix] { get }
    /// The matrices whose output is the branch's output.
    var writers: [Matrix] { get }
    /// Pairs of matrices of which the second reads what the first gives, channel by channel.
    var productEdges: [ProductEdge] { get }
    /// Raises the work space to what it takes for so many tokens at once.
    func reserve(_ use: inout WorkSpace, tokenCount: Int)
    /// The keys and values that it keeps of each position; nil if it keeps none.
    var keyValueShape: KeyValueShape? { get }
    /// The running form.
    ///
    /// - Throws: ``TransformerError`` if weights are missing or of another shape.
    func makePart(_ weights: NetworkWeights) throws -> any Part
}

extension Mixer {
    /// None: many mixers have matrices only.
    public var parameters: [Parameter] { [] }
    /// None: only attention does.
    public var keyValueShape: KeyValueShape? { nil }
}

/// Two matrices with nothing between them that mixes channels, so that a channel's scale can move from one to the other.
public struct ProductEdge: Hashable, Sendable {
    /// Whose output channels.
    public let producer: Matrix
    /// Whose input channels.
    public let consumer: Matrix
    /// Consecutive channels of the consumer that share a group of the producer's: query heads of one key-value head.
    public let repeats: Int
    /// Channels of one such group of the producer; 1 where channels follow one another.
    public let groupSize: Int

    /// An edge whose channels are the same on both sides, but for repeated groups.
    public init(_ producer: Matrix, _ consumer: Matrix, repeats: Int = 1, groupSize: Int = 1) {
        self.producer = producer
        self.consumer = consumer
        self.repeats = repeats
        self.groupSize = groupSize
    }
}
