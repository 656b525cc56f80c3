/// What is made of the last hidden states: one file in `Parts` for each kind.
public protocol ModelHead: Sendable {
    /// Its matrices, tied ones too.
    var matrices: [Matrix] { get }
    /// Its norms and single biases.
    var parameters: [Parameter] { get }
    /// The running form.
    ///
    /// - Throws: ``TransformerError`` if weights are missing or of another shape.
    func makePart(_ weights: NetworkWeights) throws -> any HeadPart
}

/// Hidden state to the logits of the next token.
public struct LanguageHead: ModelHead {
    /// One row for each token of the vocabulary.
    public var matrix: Matrix

    /// A head of one matrix.
    public init(_ matrix: Matrix) { self.matrix = matrix }

    /// The matrix.
    public var matrices: [Matrix] { [matrix] }
    /// None.
    public var parameters: [Parameter] { [] }
}

/// Hidden state to the logits of the token at its own place, as in BERT (Devlin and others 2019): a product, a function, a
/// norm, the embedding's rows, and a bias for each token.
public struct MaskedHead: ModelHead {
    /// Hidden state to hidden state.
    public var transform: Matrix
    /// The function behind it.
    public var activation: FeedForward.Activation
    /// The norm behind that.
    public var norm: Norm
    /// One row for each token of the vocabulary.
    public var decoder: Matrix
    /// Added to the logits.
    public var bias: Parameter

    /// Transform, then decoder.
    public var matrices: [Matrix] { [transform, decoder] }
    /// The norm's and the bias.
    public var parameters: [Parameter] { norm.parameters + [bias] }
}

/// The first place's hidden state to one number for each class, through tanh of a product where there is a pooler.
public struct ClassHead: ModelHead {
    /// Hidden state to hidden state, with a tanh behind it.
    public var pooler: Matrix?
    /// One row for each class; nil where the pooled state is the result.
    public var classifier: Matrix?

    /// A pooler, a classifier, or both.
    public init(pooler: Matrix? = nil, classifier: Matrix? = nil) {
        self.pooler = pooler
        self.classifier = classifier
    }

    /// Pooler, then classifier.
    public var matrices: [Matrix] { [pooler, classifier].compactMap(\.self) }
    /// None.
    public var parameters: [Parameter] { [] }
}
