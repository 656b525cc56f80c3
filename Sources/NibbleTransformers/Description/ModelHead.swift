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

/// Hidden states to one number for each class, through a product and a function where there is a pooler.
public struct ClassHead: ModelHead {
    /// The function behind the pooler.
    public enum Activation: Hashable, Sendable {
        /// The hyperbolic tangent, as in BERT.
        case tanh
        /// max(x, 0), as in DistilBERT (Sanh and others 2019).
        case relu
    }

    /// What of the last hidden states is read.
    public enum Reading: Hashable, Sendable {
        /// The first place.
        case first
        /// The first place, then the mean of all others (DINOv2, Oquab and others 2023).
        case firstAndMean
    }

    /// What is read.
    public var reading: Reading
    /// Hidden state to hidden state, with the function behind it.
    public var pooler: Matrix?
    /// The function behind the pooler.
    public var activation: Activation
    /// One row for each class; nil where the pooled state is the result.
    public var classifier: Matrix?
    /// The classifier of the second place, whose numbers are averaged with the first's (DeiT, Touvron and others 2021).
    public var distilled: Matrix?

    /// A pooler, a classifier, or both.
    public init(
        _ reading: Reading = .first, pooler: Matrix? = nil, activation: Activation = .tanh,
        classifier: Matrix? = nil, distilled: Matrix? = nil
    ) {
        self.reading = reading
        self.pooler = pooler
        self.activation = activation
        self.classifier = classifier
        self.distilled = distilled
    }

    /// Pooler, then classifiers.
    public var matrices: [Matrix] { [pooler, classifier, distilled].compactMap(\.self) }
    /// None.
    public var parameters: [Parameter] { [] }
}
