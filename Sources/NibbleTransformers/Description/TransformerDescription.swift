/// What a transformer is made of: its matrices and parameters, what each does, and the order in which they act.
///
/// A description computes nothing, holds no numbers of the weights and no name of any file. An architecture makes it from a
/// configuration; the forward pass, the tree of layers, methods, readers and writers read it.
///
///     // The layers that a norm feeds, whatever the architecture is called:
///     for edge in description.normEdges { print(edge.norm.name, edge.readers.map(\.path)) }
public struct TransformerDescription: Sendable {
    /// What goes in and what comes out.
    public var kind: TransformerKind
    /// How the input becomes the first hidden states.
    public var input: any ModelInput
    /// The blocks, stack after stack.
    public var stacks: [Stack]
    /// What is made of the last hidden states; nil leaves them as they are.
    public var head: (any ModelHead)?
    /// Channels of a hidden state.
    public var width: Int
    /// Positions that the model was made for.
    public var contextLength: Int
    /// Tokens in the vocabulary; 0 for models that read none.
    public var vocabularySize = 0
    /// The names of the classes that a classifier tells apart, in the order of its numbers; empty for others.
    public var classLabels: [String] = []
    /// Tokens that end a text.
    public var endOfText: Set<Int> = []
    /// Paths that stand for another layer's weights: `lm_head` → `embed_tokens`.
    public var ties: [LayerPath: LayerPath] = [:]

    /// Every block in order.
    public var blocks: [Block] { stacks.flatMap(\.blocks) }

    /// The matrices in the order of the forward pass, tied ones once.
    public var matrices: [Matrix] {
        (input.matrices + stacks.flatMap(\.matrices) + (head?.matrices ?? [])).filter {
            ties[$0.path] == nil
        }
    }

    /// Everything else that is learned: norms, tables of positions, biases of matrices.
    public var parameters: [Parameter] {
        input.parameters + stacks.flatMap(\.parameters) + (head?.parameters ?? [])
            + matrices.compactMap(\.biasParameter)
    }
}

/// What goes into a transformer and what comes out of it.
public enum TransformerKind: String, Hashable, Sendable {
    /// Tokens in, the distribution of the next token out.
    case causalLanguageModel
    /// Tokens in, the distribution of each token out.
    case maskedLanguageModel
    /// Tokens in, hidden states out.
    case textEmbedder
    /// Tokens in, probabilities of classes out.
    case textClassifier
    /// Pixels in, probabilities of classes out.
    case imageClassifier
    /// Pixels in, hidden states out.
    case imageEmbedder

    /// The kind in words behind its article.
    public var titleWithArticle: String {
        ("aeiou".contains(title.first ?? " ") ? "an " : "a ") + title
    }

    /// The kind in words.
    public var title: String {
        switch self {
        case .causalLanguageModel: "language model"
        case .maskedLanguageModel: "masked language model"
        case .textEmbedder: "text encoder"
        case .textClassifier: "text classifier"
        case .imageClassifier: "image classifier"
        case .imageEmbedder: "image encoder"
        }
    }
}
