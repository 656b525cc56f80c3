import NibbleJSON

/// A GGUF file's metadata in the words of a `config.json`.
///
/// A value of the wrong type stays wrong in the configuration, so that whoever needs it says so; one that the file doesn't
/// give is left out.
struct GGUFConfiguration {
    private let metadata: GGUFMetadata
    private let architecture: String
    private var members: [String: JSONValue]
    /// What the file calls each member.
    private var names: [String: String] = [:]

    /// Keys of `config.json`, and the keys of GGUF that say the same, below the architecture's name.
    private static let keys: [(configuration: String, gguf: String)] = [
        ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"), ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"),
        ("max_position_embeddings", "context_length"), ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
        ("rope_theta", "rope.freq_base"), ("vocab_size", "vocab_size"), ("num_local_experts", "expert_count"),
    ]

    /// The configuration; nil if the file names no architecture.
    static func file(_ header: GGUFHeader, name: String) -> ConfigurationFile? {
        guard let architecture = header.metadata["general.architecture"]?.text else { return nil }
        var configuration = GGUFConfiguration(header.metadata, architecture)
        configuration.addValues()
        configuration.addPositions()
        configuration.addTensors(Set(header.tensors.map(\.name)))
        return ConfigurationFile(configuration.members, names: configuration.names, file: name)
    }

    private init(_ metadata: GGUFMetadata, _ architecture: String) {
        self.metadata = metadata
        self.architecture = architecture
        members = ["model_type": .string(architecture)]
    }

    private mutating func addValues() {
        for (key, source) in Self.keys {
            names[key] = "\(architecture).\(source)"
            if let value = metadata["\(architecture).\(source)"] { members[key] = Self.json(value) }
        }
        if members["vocab_size"] == nil, let tokens = metadata["tokenizer.ggml.tokens"]?.list {
            members["vocab_size"] = .integer(tokens.count)
        }
        for (key, source) in [("bos_token_id", "bos"), ("eos_token_id", "eos")] {
            if let id = metadata["tokenizer.ggml.\(source)_token_id"]?.integer { members[key] = .integer(id) }
        }
    }

    /// A value as JSON has it; of a list whose numbers are the same for every layer, that number.
    private static func json(_ value: GGUFValue) -> JSONValue {
        switch value {
        case .integer(let value): .integer(value)
        case .large(let value): .number(Double(value))
        case .number(let value): .number(value)
        case .boolean(let value): .boolean(value)
        case .text(let value): .string(value)
        case .list(let values):
            if let first = values.first, first.integer != nil, values.allSatisfy({ $0 == first }) {
                json(first)
            } else {
                .array([])
            }
        }
    }

    /// How positions are stretched, and which part of a head turns.
    private mutating func addPositions() {
        let rope = "\(architecture).rope"
        let legacy = metadata["\(rope).scale_linear"]
        let kind = metadata["\(rope).scaling.type"] ?? .text(legacy == nil ? "none" : "linear")
        if kind != .text("none") {
            let factor = metadata["\(rope).scaling.factor"] ?? legacy
            names["rope_scaling.rope_type"] = "\(rope).scaling.type"
            names["rope_scaling.factor"] = "\(rope).scaling.factor"
            members["rope_scaling"] = .object([
                "rope_type": Self.json(kind), "factor": factor.map(Self.json) ?? .null,
            ])
        }
        guard let count = metadata["\(rope).dimension_count"] else { return }
        names["partial_rotary_factor"] = "\(rope).dimension_count"
        guard let turning = count.integer else {
            members["partial_rotary_factor"] = Self.json(count)
            return
        }
        let size =
            members["head_dim"]?.integer
            ?? Self.headSize(members["hidden_size"]?.integer, members["num_attention_heads"]?.integer)
        guard let size, turning != size, size > 0 else { return }
        members["partial_rotary_factor"] = .number(Double(turning) / Double(size))
    }

    private static func headSize(_ width: Int?, _ heads: Int?) -> Int? {
        guard let width, let heads, heads > 0 else { return nil }
        return width / heads
    }

    /// What only the list of tensors tells.
    private mutating func addTensors(_ names: Set<String>) {
        members["tie_word_embeddings"] = .boolean(!names.contains("output.weight"))
        members["attention_bias"] = .boolean(names.contains("blk.0.attn_q.bias"))
        members["mlp_bias"] = .boolean(names.contains("blk.0.ffn_gate.bias"))
    }
}
