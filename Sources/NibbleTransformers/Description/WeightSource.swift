/// Where a layer's numbers lie: a tensor of the file, and the part of it that the layer is.
///
/// Two layers have equal sources exactly if their stored numbers are the same, so caches are keyed by it.
public struct WeightSource: Hashable, Sendable {
    /// The tensor's name in the file.
    public var tensor: String
    /// The part of it.
    public var view: TensorView

    /// A tensor or a part of one.
    public init(tensor: String, view: TensorView = .whole) {
        self.tensor = tensor
        self.view = view
    }
}

/// A matrix within a tensor: `slice` picks a matrix of three dimensions, `isTransposed` turns it, `rows` picks output channels.
public struct TensorView: Hashable, Sendable {
    /// Which matrix of a tensor of three dimensions: an expert.
    public var slice: Int?
    /// Whether the tensor has a row for each input channel, as the Conv1D of GPT-2.
    public var isTransposed = false
    /// The first of the output channels in the tensor.
    public var firstRow = 0
    /// Output channels that follow one another there; nil for all from `firstRow` on.
    public var runLength: Int?
    /// From the start of one run to the next, where the rows of several layers alternate head by head.
    public var runStride: Int?

    /// All of a tensor of two dimensions.
    public static let whole = TensorView()

    /// A part of a tensor.
    public init(
        slice: Int? = nil, isTransposed: Bool = false, firstRow: Int = 0, runLength: Int? = nil,
        runStride: Int? = nil
    ) {
        self.slice = slice
        self.isTransposed = isTransposed
        self.firstRow = firstRow
        self.runLength = runLength
        self.runStride = runStride
    }

    /// The tensor's row (output channel) that is this view's row `row`.
    public func storedRow(_ row: Int) -> Int {
        guard let runLength, let runStride else { return firstRow + row }
        return firstRow + row / runLength * runStride + row % runLength
    }

    /// Whether the rows follow one another in the file, each with its columns side by side.
    public var isContiguous: Bool { !isTransposed && runStride == nil }
}
