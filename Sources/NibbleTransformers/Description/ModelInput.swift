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

/// Pixels in square patches (Dosovitskiy and others 2021): each patch is one product, learned tokens stand before them, and each
/// place has a row of positions.
public struct PatchInput: ModelInput {
    /// A patch's pixels, channel by channel and row by row, to a hidden state.
    public var projection: Matrix
    /// The hidden states that stand first: a class token, and of a distilled model another that learned from a teacher.
    public var leadingTokens: [Parameter]
    /// One row for each place, the leading tokens' first.
    public var positions: Parameter
    /// Pixels along an edge of the image and of a patch.
    public var imageSize, patchSize: Int
    /// Numbers of a pixel.
    public var channelCount: Int

    /// Patches of an image.
    public init(
        width: Int, imageSize: Int, patchSize: Int, channelCount: Int, projection: String,
        leadingTokens: [String], positions: String
    ) {
        let patches = (imageSize / patchSize) * (imageSize / patchSize)
        self.projection = Matrix(
            projection, .patchEmbedding, rows: width, columns: channelCount * patchSize * patchSize,
            bias: .required)
        self.leadingTokens = leadingTokens.map { Parameter($0, ending: .none, shape: [width]) }
        self.positions = Parameter(positions, ending: .none, shape: [patches + leadingTokens.count, width])
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.channelCount = channelCount
    }

    /// Hidden states of one image.
    public var positionCount: Int { positions.shape[0] }
    /// The projection.
    public var matrices: [Matrix] { [projection] }
    /// The leading tokens and the positions.
    public var parameters: [Parameter] { leadingTokens + [positions] }
}
