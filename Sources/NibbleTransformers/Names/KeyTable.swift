/// A value of a model's configuration, by the key that most files of Hugging Face give it.
public struct ConfigurationKey: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The key.
    public let name: String

    /// A value by its usual key.
    public init(stringLiteral name: String) { self.name = name }

    /// Channels of a hidden state.
    public static let hiddenSize: ConfigurationKey = "hidden_size"
    /// Channels between the products of a feed-forward part.
    public static let intermediateSize: ConfigurationKey = "intermediate_size"
    /// Blocks.
    public static let blockCount: ConfigurationKey = "num_hidden_layers"
    /// Query heads.
    public static let headCount: ConfigurationKey = "num_attention_heads"
    /// Heads of keys and values.
    public static let keyValueHeadCount: ConfigurationKey = "num_key_value_heads"
    /// Channels of a head.
    public static let headSize: ConfigurationKey = "head_dim"
    /// Channels of a head of values, where they aren’t those of keys.
    public static let valueHeadSize: ConfigurationKey = "v_head_dim"
    /// Positions that the model was made for.
    public static let contextLength: ConfigurationKey = "max_position_embeddings"
    /// Tokens in the vocabulary.
    public static let vocabularySize: ConfigurationKey = "vocab_size"
    /// Added to the mean square in RMSNorm.
    public static let rmsNormEpsilon: ConfigurationKey = "rms_norm_eps"
    /// Added to the variance in LayerNorm.
    public static let layerNormEpsilon: ConfigurationKey = "layer_norm_eps"
    /// Base θ of the frequencies of rotary positions.
    public static let rotaryBase: ConfigurationKey = "rope_theta"
    /// The function in the feed-forward part.
    public static let activation: ConfigurationKey = "hidden_act"
    /// Whether the attention projections have biases.
    public static let attentionBias: ConfigurationKey = "attention_bias"
    /// Whether the feed-forward projections have biases.
    public static let feedForwardBias: ConfigurationKey = "mlp_bias"
    /// Whether the head uses the embedding’s weights.
    public static let isHeadTied: ConfigurationKey = "tie_word_embeddings"
    /// Positions that a query sees.
    public static let slidingWindow: ConfigurationKey = "sliding_window"
    /// Experts of a block.
    public static let expertCount: ConfigurationKey = "num_local_experts"
    /// Experts that a token passes.
    public static let chosenExpertCount: ConfigurationKey = "num_experts_per_tok"
    /// The tokens that end a text.
    public static let endOfText: ConfigurationKey = "eos_token_id"
}

/// What the kinds of files call the values of an architecture's configuration: for readers, and backwards for writers.
public struct KeyTable: Sendable {
    /// Keys of `config.json` where they aren't the usual ones.
    public var huggingFace: [ConfigurationKey: String] = [:]
    /// Keys of GGUF files below the architecture's name.
    public var gguf: [ConfigurationKey: String] = [:]
    /// Keys of `config.json` that change nothing in this architecture's forward pass.
    public var harmless: Set<String> = []

    /// The keys that most decoders have.
    public static let decoder = KeyTable(
        gguf: [
            .hiddenSize: "embedding_length", .intermediateSize: "feed_forward_length",
            .blockCount: "block_count", .headCount: "attention.head_count",
            .keyValueHeadCount: "attention.head_count_kv", .headSize: "attention.key_length",
            .valueHeadSize: "attention.value_length",
            .contextLength: "context_length", .rmsNormEpsilon: "attention.layer_norm_rms_epsilon",
            .rotaryBase: "rope.freq_base", .vocabularySize: "vocab_size", .expertCount: "expert_count",
            .chosenExpertCount: "expert_used_count",
        ])

    /// The table with some keys added or changed.
    public func adding(
        huggingFace: [ConfigurationKey: String] = [:], gguf: [ConfigurationKey: String] = [:],
        harmless: Set<String> = []
    ) -> KeyTable {
        KeyTable(
            huggingFace: self.huggingFace.merging(huggingFace) { $1 },
            gguf: self.gguf.merging(gguf) { $1 }, harmless: self.harmless.union(harmless))
    }

    /// Makes a table.
    public init(
        huggingFace: [ConfigurationKey: String] = [:], gguf: [ConfigurationKey: String] = [:],
        harmless: Set<String> = []
    ) {
        self.huggingFace = huggingFace
        self.gguf = gguf
        self.harmless = harmless
    }
}
