import NibbleKernels

/// A decoder's operators, resolved from packed matrices, norms and biases.
struct DecoderNetwork {
    /// The operators of one block.
    struct Block {
        let attentionNorm: [Float]
        let feedForwardNorm: [Float]
        let query, key, value, output, gate, up, down: (id: LayerPath, linear: LayerOperator)
    }

    let configuration: ModelConfiguration
    let embedding: PackedMatrix
    let blocks: [Block]
    let finalNorm: [Float]
    let head: (id: LayerPath, linear: LayerOperator)
    let rotary: RotaryEmbedding

    init(model: TransformerModel, weights: WeightSet) throws {
        guard let configuration = model.configuration else {
            throw TransformerError.notRunnable("The model has no usable configuration.")
        }
        func linear(_ name: String) throws -> (id: LayerPath, linear: LayerOperator) {
            let id = LayerPath(name)
            guard let layerOperator = weights[id] else {
                throw TransformerError.notRunnable("The weights of \(name) are missing.")
            }
            guard let layer = model.layer(id), layerOperator.shape == layer.shape else {
                throw TransformerError.notRunnable(
                    "The weights of \(name) do not have the shape of that layer.")
            }
            guard let bias = try model.vector(name + ".bias") else { return (id, layerOperator) }
            return (id, try layerOperator.with(bias: bias))
        }
        func norm(_ name: String) throws -> [Float] {
            guard let weight = try model.vector(name) else {
                throw TransformerError.notRunnable("The weights of \(name) are missing.")
            }
            return weight
        }
        self.configuration = configuration
        let embedding = try linear("embed_tokens")
        self.embedding = embedding.linear.weights
        blocks = try (0..<configuration.layerCount).map { index in
            let prefix = "layers.\(index)."
            return Block(
                attentionNorm: try norm(prefix + "input_layernorm"),
                feedForwardNorm: try norm(prefix + "post_attention_layernorm"),
                query: try linear(prefix + "attn.q_proj"), key: try linear(prefix + "attn.k_proj"),
                value: try linear(prefix + "attn.v_proj"), output: try linear(prefix + "attn.o_proj"),
                gate: try linear(prefix + "mlp.gate_proj"), up: try linear(prefix + "mlp.up_proj"),
                down: try linear(prefix + "mlp.down_proj"))
        }
        finalNorm = try norm("norm")
        head = configuration.isHeadTied ? embedding : try linear("lm_head")
        rotary = RotaryEmbedding(configuration.rope, headSize: configuration.headSize)
    }

    /// Bytes of memory beyond the mapped file.
    var residentByteCount: Int {
        let linears = blocks.flatMap { [$0.query, $0.key, $0.value, $0.output, $0.gate, $0.up, $0.down] }
        let matrices =
            linears.map(\.linear.weights) + [embedding]
            + (configuration.isHeadTied ? [] : [head.linear.weights])
        let vectors = blocks.reduce(finalNorm.count) {
            $0 + $1.attentionNorm.count + $1.feedForwardNorm.count
        }
        let biases = linears.reduce(0) { $0 + ($1.linear.bias?.count ?? 0) }
        return matrices.reduce(0) { $0 + $1.residentByteCount } + (vectors + biases) * 4
    }
}
