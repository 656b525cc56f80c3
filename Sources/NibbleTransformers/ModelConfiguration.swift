import NibbleCheckpoints
import NibbleJSON

/// The numbers of a decoder's `config.json`, in the forms that transformers 4 and 5 write, or of a GGUF file.
public struct ModelConfiguration: Sendable, Hashable {
    /// Width of the hidden state.
    public var hiddenSize = 0
    /// Width of the feed-forward layer.
    public var intermediateSize = 0
    /// Number of blocks.
    public var layerCount = 0
    /// Number of query heads.
    public var headCount = 0
    /// Number of key and value heads.
    public var keyValueHeadCount = 0
    /// Width of one head.
    public var headSize = 0
    /// Rows of the embedding.
    public var vocabularySize = 0
    /// Tokens that the model was made for.
    public var contextLength = 0
    /// Added to the mean square in RMSNorm.
    public var normEpsilon: Float = 1e-6
    /// How positions turn queries and keys.
    public var rope = RotaryEmbedding.Configuration()
    /// Whether the attention projections have biases.
    public var hasAttentionBias = false
    /// Whether the feed-forward projections have biases.
    public var hasFeedForwardBias = false
    /// Whether the head uses the embedding's weights.
    public var isHeadTied = false
    /// Tokens that end a text.
    public var endOfText: Set<Int> = []

    /// Reads a configuration.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` naming the key.
    public init(_ file: ConfigurationFile) throws(TransformerError) {
        do {
            let widths = 1...(1 << 24)
            hiddenSize = try file.requiredInteger("hidden_size", in: widths)
            intermediateSize = try file.requiredInteger("intermediate_size", in: widths)
            layerCount = try file.requiredInteger("num_hidden_layers", in: 1...10_000)
            headCount = try file.requiredInteger("num_attention_heads", in: 1...65_536)
            vocabularySize = try file.requiredInteger("vocab_size", in: 1...(1 << 26))
            keyValueHeadCount = try file.integer("num_key_value_heads") ?? headCount
            headSize = try file.integer("head_dim") ?? hiddenSize / headCount
            contextLength = try file.integer("max_position_embeddings") ?? 2048
            normEpsilon = Float(try file.number("rms_norm_eps") ?? 1e-6)
            hasAttentionBias = try file.boolean("attention_bias") ?? false
            hasFeedForwardBias = try file.boolean("mlp_bias") ?? false
            isHeadTied = try file.boolean("tie_word_embeddings") ?? false
            try Self.checkVariants(file)
            rope = try RotaryEmbedding.Configuration(file, headSize: headSize)
            endOfText = Self.tokens(file["eos_token_id"])
        } catch { throw .configuration("\(error)") }
        try check(file)
    }

    private func check(_ file: ConfigurationFile) throws(TransformerError) {
        func require(_ holds: Bool, _ key: String, _ sentence: String) throws(TransformerError) {
            if !holds { throw .configuration("\(file.file.printable): \(file.name(of: key)) \(sentence)") }
        }
        try require(
            (2...65_536).contains(headSize) && headSize % 2 == 0,
            "head_dim", "\(headSize) must be even and at least 2.")
        try require(
            keyValueHeadCount >= 1 && headCount % keyValueHeadCount == 0,
            "num_attention_heads",
            "\(headCount) is not a multiple of \(file.name(of: "num_key_value_heads")) \(keyValueHeadCount).")
        try require(
            (1...(1 << 28)).contains(contextLength),
            "max_position_embeddings", "\(contextLength) is out of range.")
        try require(
            normEpsilon >= 0 && normEpsilon.isFinite, "rms_norm_eps", "must be a number of at least 0.")
    }

    /// Refuses what would run, but wrongly: another activation function, heads turned in part.
    private static func checkVariants(_ file: ConfigurationFile) throws {
        if let function = try file.string("hidden_act"), !["silu", "swish"].contains(function) {
            throw TransformerError.configuration(
                "\(file.file.printable): nibble does not know the hidden_act “\(function.printable)”; it knows silu."
            )
        }
        if let experts = try file.integer("num_local_experts"), experts > 0 {
            throw TransformerError.configuration(
                "\(file.file.printable): nibble cannot run a mixture of experts, and this has \(experts).")
        }
        for key in ["partial_rotary_factor", "rope_parameters.partial_rotary_factor"] {
            guard let part = try file.number(key), part != 1 else { continue }
            throw TransformerError.configuration(
                "\(file.file.printable): nibble cannot turn a part of a head, as \(file.name(of: key)) asks.")
        }
    }

    private static func tokens(_ value: JSONValue?) -> Set<Int> {
        switch value {
        case .integer(let id): [Int(clamping: id)]
        case .array(let values): Set(values.flatMap { tokens($0) })
        default: []
        }
    }
}
