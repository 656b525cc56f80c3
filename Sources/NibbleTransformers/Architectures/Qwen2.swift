/// Qwen 2 (Yang and others 2024): Llama with biases of query, key and value.
struct Qwen2: Architecture {
    let identity = Identity(classes: ["Qwen2ForCausalLM"], modelType: "qwen2", gguf: "qwen2")
    let naming = Naming.decoder()
    let keys = KeyTable.decoder.adding(harmless: ["max_window_layers", "layer_types"])

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try configuration.llamaLike(
            attentionBias: configuration.isGGUF ? .optional : .required,
            outputBias: configuration.isGGUF ? .optional : .absent, mask: configuration.optionalWindowMask(),
            pairing: naming.pairing(configuration))
    }
}

extension Configuration {
    /// A window only where `use_sliding_window` asks for one; then every layer must have it.
    func optionalWindowMask() throws(TransformerError) -> Attention.Mask {
        guard try boolean("use_sliding_window") ?? false else {
            _ = self[.slidingWindow]
            return .causal
        }
        let blocks = try integer(.blockCount) ?? 0
        guard try integer("max_window_layers") ?? 0 == 0 || blocks == 0 else {
            throw error("nibble cannot run sliding windows on some layers only, as max_window_layers asks.")
        }
        return try windowMask()
    }
}
