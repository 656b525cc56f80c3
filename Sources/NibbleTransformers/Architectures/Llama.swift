import NibbleCheckpoints
import NibbleKernels

/// The Llama family (Touvron and others 2023): RMSNorm, rotary positions, grouped-query attention, gated SiLU feed-forward.
///
/// Biases, an explicit head size and a tied head are read from the configuration; tensor names are those of Hugging Face.
struct Llama: Architecture {
    var names: [String] { ["LlamaForCausalLM"] }

    func describe(_ checkpoint: Checkpoint) throws(TransformerError) -> ArchitectureDescription {
        guard let file = checkpoint.configuration else {
            throw .configuration(
                "There is no config.json beside the weights: nibble needs it to run the model.")
        }
        let configuration = try ModelConfiguration(file)
        var builder = LayerBuilder(checkpoint: checkpoint)
        let hidden = configuration.hiddenSize
        try builder.add(
            "embed_tokens", "model.embed_tokens.weight", .embedding, rows: configuration.vocabularySize,
            columns: hidden,
            tiedNames: configuration.isHeadTied ? ["lm_head"] : [])
        for block in 0..<configuration.layerCount { try addBlock(block, configuration, &builder) }
        try builder.addVector("norm", "model.norm.weight", count: hidden)
        if !configuration.isHeadTied {
            try builder.add(
                "lm_head", "lm_head.weight", .head, rows: configuration.vocabularySize, columns: hidden,
                feedingNorm: "norm")
        }
        return ArchitectureDescription(
            configuration: configuration, layers: builder.layers, vectors: builder.vectors)
    }

    private func addBlock(
        _ block: Int, _ configuration: ModelConfiguration, _ builder: inout LayerBuilder
    ) throws(TransformerError) {
        let hidden = configuration.hiddenSize
        let queries = configuration.headCount * configuration.headSize
        let keys = configuration.keyValueHeadCount * configuration.headSize
        let wide = configuration.intermediateSize
        let attention: [(String, LayerRole, Int, Int)] = [
            ("q_proj", .attentionQuery, queries, hidden), ("k_proj", .attentionKey, keys, hidden),
            ("v_proj", .attentionValue, keys, hidden), ("o_proj", .attentionOutput, hidden, queries),
        ]
        let feedForward: [(String, LayerRole, Int, Int)] = [
            ("gate_proj", .gate, wide, hidden), ("up_proj", .up, wide, hidden),
            ("down_proj", .down, hidden, wide),
        ]
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            try builder.addVector(
                "layers.\(block).\(norm)", "model.layers.\(block).\(norm).weight", count: hidden)
        }
        try builder.addGroup(
            attention, canonical: "attn", file: "self_attn", block: block, norm: "input_layernorm",
            hasBias: configuration.hasAttentionBias)
        try builder.addGroup(
            feedForward, canonical: "mlp", file: "mlp", block: block, norm: "post_attention_layernorm",
            hasBias: configuration.hasFeedForwardBias)
    }
}
