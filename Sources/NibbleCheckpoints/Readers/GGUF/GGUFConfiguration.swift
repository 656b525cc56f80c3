/// A GGUF file's metadata in the words of a `config.json`.
enum GGUFConfiguration {
    /// Keys of `config.json`, and the keys of GGUF that say the same, below the architecture's name.
    private static let keys: [(configuration: String, gguf: String)] = [
        ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"), ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"),
        ("max_position_embeddings", "context_length"), ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
        ("rope_theta", "rope.freq_base"), ("vocab_size", "vocab_size"),
    ]

    /// The configuration; nil if the file names no architecture.
    ///
    /// A value that the file doesn't give, or gives for each layer separately, is left out.
    static func file(_ metadata: [String: GGUFValue], name: String) -> ConfigurationFile? {
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
        return ConfigurationFile(members, file: name)
    }
}
