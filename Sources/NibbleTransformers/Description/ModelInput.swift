import NibbleImages

/// How the input becomes the first hidden states: one file here and one in `Parts` for each kind.
public protocol ModelInput: Sendable {
    /// Its matrices.
    var matrices: [Matrix] { get }
    /// Its tables and norms.
    var parameters: [Parameter] { get }
}

/// Tokens: a row of the embedding each, with rows for position and type added where the model has such tables.
public struct TokenInput: ModelInput {
    /// One row for each token of the vocabulary.
    public var embedding: Matrix
    /// One row for each position.
    public var positions: Parameter?
    /// The row of the first position: RoBERTa (Liu and others 2019) counts from the number of its padding token plus one.
    public var positionOffset = 0
    /// One row for each type of token, such as first and second sentence.
    public var tokenTypes: Parameter?
    /// The norm of the sum.
    public var norm: Norm?

    /// An embedding alone.
    public init(
        _ embedding: Matrix, positions: Parameter? = nil, tokenTypes: Parameter? = nil, norm: Norm? = nil
    ) {
        self.embedding = embedding
        self.positions = positions
        self.tokenTypes = tokenTypes
        self.norm = norm
    }

    /// The embedding.
    public var matrices: [Matrix] { [embedding] }
    /// The tables and the norm.
    public var parameters: [Parameter] {
        [positions, tokenTypes].compactMap(\.self) + (norm?.parameters ?? [])
    }
}

/// Pixels in patches (Dosovitskiy and others 2021): each patch is one product, learned tokens stand before them, and each place
/// has a row of positions.
public struct PatchInput: ModelInput {
    /// A patch's pixels, channel by channel and row by row, to a hidden state.
    public var projection: Matrix
    /// The hidden states that stand first: a class token, and of a distilled model another that learned from a teacher.
    public var leadingTokens: [Parameter]
    /// One row for each place, the leading tokens' first.
    public var positions: Parameter
    /// Pixels of the images that the positions are for, and of a patch.
    public var imageSize, patchSize: ImageSize
    /// Numbers of a pixel.
    public var channelCount: Int
    /// Whether images of other sizes are read too, with positions made from those of the patches by bicubic interpolation, as
    /// DINOv2 does (Oquab and others 2023).
    public var readsOtherSizes: Bool

    /// Patches of an image.
    public init(
        width: Int, imageSize: ImageSize, patchSize: ImageSize, channelCount: Int, projection: String,
        leadingTokens: [String], positions: String, readsOtherSizes: Bool = false
    ) {
        self.projection = Matrix(
            projection, .patchEmbedding, rows: width,
            columns: channelCount * patchSize.height * patchSize.width, bias: .required)
        self.leadingTokens = leadingTokens.map { Parameter($0, ending: .none, shape: [width]) }
        let grid = Self.grid(imageSize, patchSize)
        self.positions = Parameter(
            positions, ending: .none, shape: [grid.height * grid.width + leadingTokens.count, width])
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.channelCount = channelCount
        self.readsOtherSizes = readsOtherSizes
    }

    private static func grid(_ image: ImageSize, _ patch: ImageSize) -> ImageSize {
        ImageSize(height: image.height / patch.height, width: image.width / patch.width)
    }

    /// The patches of an image from top to bottom and from left to right; what is left of a patch at the edge is not read.
    public func grid(of size: ImageSize) -> ImageSize { Self.grid(size, patchSize) }

    /// Hidden states of one image.
    public func positionCount(of size: ImageSize) -> Int {
        let grid = grid(of: size)
        return grid.height * grid.width + leadingTokens.count
    }

    /// Hidden states of an image of the size that the positions are for.
    public var positionCount: Int { positions.shape[0] }
    /// The projection.
    public var matrices: [Matrix] { [projection] }
    /// The leading tokens and the positions.
    public var parameters: [Parameter] { leadingTokens + [positions] }

    /// Patches of an image, at most: attention compares each with each.
    private static let mostPatches = 1 << 16

    /// Why images of a size cannot be read; nil when they can.
    public func problem(with size: ImageSize) -> String? {
        guard channelCount == 3 else {
            return
                "The model reads \(channelCount) numbers of each pixel: nibble gives it red, green and blue."
        }
        if size == imageSize { return nil }
        guard readsOtherSizes else {
            return
                "The model reads images of \(imageSize.text) pixels, but they are prepared as \(size.text)."
        }
        let (trained, grid) = (grid(of: imageSize), grid(of: size))
        guard trained.height == trained.width else {
            return
                "The model's positions are no square, so that none can be made for images of \(size.text) pixels."
        }
        guard grid.height > 0, grid.width > 0, grid.height * grid.width <= Self.mostPatches else {
            return
                "Images of \(size.text) pixels have \(grid.height * grid.width) patches: the model reads 1 to "
                + "\(Self.mostPatches)."
        }
        return nil
    }
}
