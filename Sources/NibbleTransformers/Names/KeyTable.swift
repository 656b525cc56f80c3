/// A value of a model's configuration, by the key that most files of Hugging Face give it.
public struct ConfigurationKey: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The key.
    public let name: String

    /// A value by its usual key.
    public init(stringLiteral name: String) { self.name = name }

    public static let hiddenSize: ConfigurationKey = "hidden_size"
    public static let intermediateSize: ConfigurationKey = "intermediate_size"
    public static let blockCount: ConfigurationKey = "num_hidden_layers"
    public static let headCount: ConfigurationKey = "num_attention_heads"
    public static let keyValueHeadCount: ConfigurationKey = "num_key_value_heads"
    public static let headSize: ConfigurationKey = "head_dim"
    public static let valueHeadSize: ConfigurationKey = "v_head_dim"
    public static let contextLength: ConfigurationKey = "max_position_embeddings"
    public static let vocabularySize: ConfigurationKey = "vocab_size"
    public static let rmsNormEpsilon: ConfigurationKey = "rms_norm_eps"
    public static let layerNormEpsilon: ConfigurationKey = "layer_norm_eps"
    public static let rotaryBase: ConfigurationKey = "rope_theta"
    public static let activation: ConfigurationKey = "hidden_act"
    public static let attentionBias: ConfigurationKey = "attention_bias"
    public static let feedForwardBias: ConfigurationKey = "mlp_bias"
    public static let isHeadTied: ConfigurationKey = "tie_word_embeddings"
    public static let slidingWindow: ConfigurationKey = "sliding_window"
    public static let expertCount: ConfigurationKey = "num_local_experts"
    public static let chosenExpertCount: ConfigurationKey = "num_experts_per_tok"
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
