/// The blocks that encoders have in common.
enum EncoderBlocks {
    /// The numbers of a block.
    struct Sizes {
        let width: Int
        let inner: Int
        let heads: Heads
        let activation: FeedForward.Activation
        let epsilon: Float
    }

    /// Attention and feed-forward, each with a norm behind its sum, as in BERT.
    static func normAfter(_ path: String, _ sizes: Sizes) -> Block {
        func norm(_ name: String) -> Norm {
            Norm(.layer, path + name, size: sizes.width, epsilon: sizes.epsilon)
        }
        return Block([
            Residual(
                nil,
                Attention(
                    path + ".attn", width: sizes.width, heads: sizes.heads, mask: .bidirectional,
                    bias: .required), normAfterSum: norm(".attention_norm")),
            Residual(
                nil, feedForward(path, sizes), normAfterSum: norm(".output_norm")),
        ])
    }

    /// Attention and feed-forward, each with a norm before it, as in the vision transformer.
    ///
    /// - Parameter isScaled: Whether a learned factor for each channel stands before each sum.
    static func normBefore(
        _ path: String, _ sizes: Sizes, bias: Presence, isScaled: Bool = false
    ) -> Block {
        func residual(_ norm: String, _ mixer: any Mixer, _ scale: String) -> Residual {
            Residual([
                Branch(
                    inputNorm: Norm(.layer, path + norm, size: sizes.width, epsilon: sizes.epsilon),
                    mixer: mixer,
                    outputScale: isScaled ? Parameter(path + scale, ending: .none, shape: [sizes.width]) : nil
                )
            ])
        }
        return Block([
            residual(
                ".input_layernorm",
                Attention(
                    path + ".attn", width: sizes.width, heads: sizes.heads, mask: .bidirectional, bias: bias,
                    outputBias: .required), ".attention_scale"),
            residual(".post_attention_layernorm", feedForward(path, sizes), ".output_scale"),
        ])
    }

    private static func feedForward(_ path: String, _ sizes: Sizes) -> FeedForward {
        FeedForward(
            path + ".mlp", width: sizes.width, inner: sizes.inner, activation: sizes.activation,
            isGated: false, bias: .required)
    }
}

extension Configuration {
    /// The names of the classes in the order of their numbers: those of `id2label`; without it as many as `num_labels` says,
    /// else two, named as transformers names them.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` for a number out of range.
    func classLabels() throws(TransformerError) -> [String] {
        if let labels = self["id2label"]?.object, labels.count > 0 {
            return (0..<labels.count).map { labels["\($0)"]?.string ?? "LABEL_\($0)" }
        }
        let count = try self["num_labels"] == nil ? 2 : integer("num_labels", in: 1...1_000_000)
        return (0..<count).map { "LABEL_\($0)" }
    }

    /// Refuses what would make an encoder another one.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` naming the key.
    func refuseDecoders() throws(TransformerError) {
        if let kind = try string("position_embedding_type"), kind != "absolute" {
            throw error("nibble does not know the position_embedding_type “\(kind)”; it knows absolute.")
        }
        for key: ConfigurationKey in ["is_decoder", "add_cross_attention"] {
            guard try boolean(key) ?? false else { continue }
            throw error(key, "is true, which nibble cannot run.")
        }
    }
}

extension TransformerDescription {
    /// Gives it a head for the classes that the configuration names.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` for a number of classes out of range.
    mutating func addClasses(
        _ kind: TransformerKind, _ configuration: Configuration, _ head: (_ classCount: Int) -> ClassHead
    ) throws(TransformerError) {
        classLabels = try configuration.classLabels()
        self.kind = kind
        self.head = head(classLabels.count)
    }
}

extension Matrix {
    /// A matrix with a row for each class.
    static func classifier(_ name: String, classes: Int, columns: Int) -> Matrix {
        Matrix(name, .head, rows: classes, columns: columns, bias: .required)
    }
}
