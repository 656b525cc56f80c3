import NibbleJSON

/// Qwen 2 (Yang and others 2024): Llama with biases of query, key and value.
struct Qwen2: Architecture {
    let identity = Identity(classes: ["Qwen2ForCausalLM"], modelType: "qwen2", gguf: "qwen2")
    let naming = Naming.decoder()
    let keys = KeyTable.decoder.adding(harmless: ["max_window_layers", "layer_types"])

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try configuration.llamaLike(
            attentionBias: configuration.isGGUF ? .optional : .expected,
            outputBias: configuration.isGGUF ? .optional : .absent, mask: configuration.optionalWindowMask(),
            pairing: naming.pairing(configuration))
    }
}

extension Configuration {
    /// A window only where `use_sliding_window` asks for one; then every layer must have it.
    ///
    /// `layer_types` says which layers have one; older files say from which layer on (`max_window_layers`, 28 where it is
    /// missing, as in transformers).
    func optionalWindowMask() throws(TransformerError) -> Attention.Mask {
        guard try boolean("use_sliding_window") ?? false else {
            _ = self[.slidingWindow]
            return .causal
        }
        let blocks = try integer(.blockCount, in: 1...10_000)
        let first = try integer("max_window_layers") ?? 28
        let types = self["layer_types"]?.array?.map { $0.string == "sliding_attention" }
        let hasWindow = types ?? (0..<blocks).map { $0 >= first }
        guard hasWindow.contains(true) else { return .causal }
        guard !hasWindow.contains(false) else {
            let key: ConfigurationKey = types == nil ? "max_window_layers" : "layer_types"
            throw error("nibble cannot run sliding windows on some layers only, as \(name(of: key)) asks.")
        }
        return try windowMask()
    }
}
