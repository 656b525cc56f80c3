import NibbleCheckpoints
import NibbleKernels

/// The Llama family (Touvron and others 2023): RMSNorm, rotary positions, grouped-query attention, gated SiLU feed-forward.
///
/// Biases, an explicit head size and a tied head are read from the configuration.
struct Llama: Architecture {
    let names: [String]
    let checkpointKind: String
    let naming: TensorNaming

    /// As Hugging Face stores it.
    static let huggingFace = Llama(
        names: ["LlamaForCausalLM"], checkpointKind: "safetensors", naming: .huggingFace)
    /// As GGUF files store it.
    static let gguf = Llama(names: ["llama"], checkpointKind: "GGUF", naming: .gguf)

    func describe(_ checkpoint: Checkpoint) throws(TransformerError) -> ArchitectureDescription {
        guard let file = checkpoint.configuration else {
            throw .configuration(
                "There is no config.json beside the weights: nibble needs it to run the model.")
        }
        if checkpointKind == "GGUF", file["rms_norm_eps"] == nil {
            // llama.cpp has no custom here either; a guess would run another model.
            throw .configuration("\(file.file.printable): \(file.name(of: "rms_norm_eps")) is missing.")
        }
        var configuration = try ModelConfiguration(file)
        configuration.rope.pairing = naming.pairing
        configuration.rope.frequencyDivisors = try divisors(checkpoint, configuration)
        var builder = LayerBuilder(checkpoint: checkpoint, naming: naming)
        let hidden = configuration.hiddenSize
        try builder.add(
            "embed_tokens", .embedding, rows: configuration.vocabularySize,
            columns: hidden,
            tiedNames: configuration.isHeadTied ? ["lm_head"] : [])
        for block in 0..<configuration.layerCount { try addBlock(block, configuration, &builder) }
        try refuseFurtherBlocks(checkpoint, file, configuration)
        try builder.addVector("norm", count: hidden)
        if !configuration.isHeadTied {
            try builder.add(
                "lm_head", .head, rows: configuration.vocabularySize, columns: hidden,
                feedingNorm: "norm")
        }
        return ArchitectureDescription(
            configuration: configuration, layers: builder.layers, vectors: builder.vectors)
    }

    /// A GGUF file has no more blocks than it says: a run without them would be of another model.
    private func refuseFurtherBlocks(
        _ checkpoint: Checkpoint, _ file: ConfigurationFile, _ configuration: ModelConfiguration
    ) throws(TransformerError) {
        guard checkpointKind == "GGUF" else { return }
        let start = "blk.\(configuration.layerCount)."
        guard let tensor = checkpoint.orderedTensors.first(where: { $0.name.hasPrefix(start) }) else {
            return
        }
        throw .tensor(
            "There is a tensor \(tensor.name.printable), but \(file.name(of: "num_hidden_layers")) is "
                + "\(configuration.layerCount). The file is damaged; convert the model again.")
    }

    /// What the frequencies of positions are divided by, where a file has a tensor of it.
    private func divisors(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration
    ) throws(TransformerError) -> [Float] {
        guard checkpointKind == "GGUF", checkpoint.tensors[TensorNaming.frequencyDivisors] != nil else {
            return []
        }
        let divisors: [Float]
        do { divisors = try checkpoint.tensor(named: TensorNaming.frequencyDivisors).floats() } catch {
            throw .tensor("\(error)")
        }
        guard divisors.count == configuration.headSize / 2, divisors.allSatisfy({ $0 > 0 && $0.isFinite })
        else {
            throw .tensor(
                "The tensor \(TensorNaming.frequencyDivisors) should have \(configuration.headSize / 2) numbers above 0."
            )
        }
        return divisors
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
            try builder.addVector("layers.\(block).\(norm)", count: hidden)
        }
        try builder.addGroup(
            attention, canonical: "attn", block: block, norm: "input_layernorm",
            hasBias: configuration.hasAttentionBias)
        try builder.addGroup(
            feedForward, canonical: "mlp", block: block, norm: "post_attention_layernorm",
            hasBias: configuration.hasFeedForwardBias)
    }
}
