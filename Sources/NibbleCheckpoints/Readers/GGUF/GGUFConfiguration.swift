/// A GGUF file's metadata in the words of a `config.json`.
enum GGUFConfiguration {
    /// Keys of `config.json`, and the keys of GGUF that say the same, below the architecture's name.
    private static let keys: [(configuration: String, gguf: String)] = [
        ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"), ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"),
        ("max_position_embeddings", "context_length"), ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
        ("rope_theta", "rope.freq_base"), ("vocab_size", "vocab_size"), ("num_local_experts", "expert_count"),
    ]

    /// The configuration; nil if the file names no architecture.
    ///
    /// A value that the file doesn't give, or gives for each layer separately, is left out.
    static func file(_ header: GGUFHeader, name: String) -> ConfigurationFile? {
        let metadata = header.metadata
        guard let architecture = metadata["general.architecture"]?.text else { return nil }
        var members: [String: JSONValue] = ["model_type": .string(architecture)]
        for (key, source) in keys {
            switch metadata["\(architecture).\(source)"] {
            case .integer(let value): members[key] = .integer(value)
            case .number(let value) where value.isFinite: members[key] = .number(value)
            default: break
            }
        }
        if members["vocab_size"] == nil, let tokens = metadata["tokenizer.ggml.tokens"]?.list {
            members["vocab_size"] = .integer(tokens.count)
        }
        for (key, source) in [("bos_token_id", "bos"), ("eos_token_id", "eos")] {
            if let id = metadata["tokenizer.ggml.\(source)_token_id"]?.integer { members[key] = .integer(id) }
        }
        addPositions(metadata, architecture, to: &members)
        addTensors(Set(header.tensors.map(\.name)), to: &members)
        return ConfigurationFile(members, file: name)
    }

    /// How positions are stretched, and which part of a head turns.
    private static func addPositions(
        _ metadata: GGUFMetadata, _ architecture: String, to members: inout [String: JSONValue]
    ) {
        let rope = "\(architecture).rope"
        let legacy = metadata["\(rope).scale_linear"]?.number
        let kind = metadata["\(rope).scaling.type"]?.text ?? (legacy == nil ? "none" : "linear")
        if kind != "none" {
            let factor = metadata["\(rope).scaling.factor"]?.number ?? legacy ?? 0
            let isNumber = factor.isFinite && factor > 0
            members["rope_scaling"] = .object([
                "rope_type": .string(kind), "factor": isNumber ? .number(factor) : .null,
            ])
        }
        guard let count = metadata["\(rope).dimension_count"]?.integer,
            let size = members["head_dim"]?.integer
                ?? headSize(members["hidden_size"]?.integer, members["num_attention_heads"]?.integer),
            count != size, size > 0
        else { return }
        members["partial_rotary_factor"] = .number(Double(count) / Double(size))
    }

    private static func headSize(_ width: Int?, _ heads: Int?) -> Int? {
        guard let width, let heads, heads > 0 else { return nil }
        return width / heads
    }

    /// What only the list of tensors tells.
    private static func addTensors(_ names: Set<String>, to members: inout [String: JSONValue]) {
        members["tie_word_embeddings"] = .boolean(!names.contains("output.weight"))
        members["attention_bias"] = .boolean(names.contains("blk.0.attn_q.bias"))
        members["mlp_bias"] = .boolean(names.contains("blk.0.ffn_gate.bias"))
    }
}
