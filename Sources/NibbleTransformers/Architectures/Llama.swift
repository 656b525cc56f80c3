/// The Llama family (Touvron and others 2023): RMSNorm, rotary positions, grouped-query attention, gated SiLU feed-forward.
struct Llama: Architecture {
    let identity = Identity(classes: ["LlamaForCausalLM"], modelType: "llama", gguf: "llama")
    let naming = Naming.decoder(ggufPairing: .neighbours)
    let keys = KeyTable.decoder

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try configuration.llamaLike(
            attentionBias: try configuration.presence(.attentionBias),
            feedForwardBias: try configuration.presence(.feedForwardBias),
            pairing: naming.pairing(configuration))
    }
}

extension Configuration {
    /// A decoder with RMSNorm before both parts of a block, rotary positions and gated feed-forward: what Llama is, and what
    /// many later models vary.
    ///
    /// - Parameters:
    ///   - attention: Changes the attention of a block, whose path it gets.
    ///   - feedForward: Makes another part in the place of the gated feed-forward.
    func llamaLike(
        attentionBias: Presence = .absent, outputBias: Presence? = nil, feedForwardBias: Presence = .absent,
        mask: Attention.Mask = .causal, pairing: RotaryEmbedding.Pairing, epsilon usualEpsilon: Float = 1e-6,
        attention change: (inout Attention, _ path: String, Float) -> Void = { _, _, _ in },
        feedForward: ((_ path: String, DecoderConfiguration) -> any Mixer)? = nil
    ) throws(TransformerError) -> TransformerDescription {
        let decoder = try DecoderConfiguration(self)
        let epsilon = try epsilon(.rmsNormEpsilon, default: usualEpsilon)
        let rotary = try rotary(headSize: decoder.heads.size, pairing: pairing)
        let activation = try activation(default: .silu)
        func norm(_ name: String) -> Norm { Norm(.rms, name, size: decoder.width, epsilon: epsilon) }
        return decoder.description(isHeadTied: try isHeadTied(default: false), finalNorm: norm("norm")) {
            path in
            var attention = Attention(
                path + ".attn", width: decoder.width, heads: decoder.heads, mask: mask, rotary: rotary,
                bias: attentionBias, outputBias: outputBias)
            change(&attention, path + ".attn", epsilon)
            let mixer =
                feedForward?(path + ".mlp", decoder)
                ?? FeedForward(
                    path + ".mlp", width: decoder.width, inner: decoder.inner, activation: activation,
                    isGated: true, bias: feedForwardBias)
            return Block([
                Residual(norm(path + ".input_layernorm"), attention),
                Residual(norm(path + ".post_attention_layernorm"), mixer),
            ])
        }
    }
}

extension Naming {
    /// Which numbers of a head turn together in the kind of file that a configuration is from.
    func pairing(_ configuration: Configuration) -> RotaryEmbedding.Pairing {
        (configuration.isGGUF ? gguf : huggingFace)?.pairing ?? .halves
    }
}
