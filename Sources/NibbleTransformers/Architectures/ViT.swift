import NibbleImages
import NibbleJSON

/// The vision transformer (Dosovitskiy and others 2021): patches of an image and a class token through an encoder with the norm
/// before both parts; the class token's last state gives the class.
struct ViT: Architecture {
    let identity = Identity(
        classes: ["ViTForImageClassification", "ViTModel"], modelType: "vit", continuesText: false)
    let keys = KeyTable(harmless: ["encoder_stride", "pooler_act", "pooler_output_size"])

    var naming: Naming {
        var table = Self.encoderTable.adding(["pooler": "pooler.dense", "classifier": "classifier"])
        table.prefix = "vit."
        table.unprefixed = ["classifier"]
        table.harmless = ["pooler.dense.weight", "pooler.dense.bias", "embeddings.mask_token"]
        return Naming(huggingFace: table, gguf: nil)
    }

    /// What ViT and those after its pattern call the tensors below their heads.
    static let encoderTable: NameTable = {
        let block = "encoder.layer.#."
        return NameTable([
            "patch_embedding": "embeddings.patch_embeddings.projection",
            "class_token": "embeddings.cls_token", "embed_positions": "embeddings.position_embeddings",
            "layers.#.input_layernorm": block + "layernorm_before",
            "layers.#.attn.q_proj": block + "attention.attention.query",
            "layers.#.attn.k_proj": block + "attention.attention.key",
            "layers.#.attn.v_proj": block + "attention.attention.value",
            "layers.#.attn.o_proj": block + "attention.output.dense",
            "layers.#.post_attention_layernorm": block + "layernorm_after",
            "layers.#.mlp.up_proj": block + "intermediate.dense",
            "layers.#.mlp.down_proj": block + "output.dense", "norm": "layernorm",
        ])
    }()

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        var description = try Self.encoder(configuration, leadingTokens: ["class_token"])
        let width = description.width
        guard configuration.className == "ViTForImageClassification" else {
            description.head = ClassHead(
                pooler: Matrix("pooler", .pooler, rows: width, columns: width, bias: .required))
            return description
        }
        try description.addClasses(.imageClassifier, configuration) { count in
            ClassHead(classifier: .classifier("classifier", classes: count, columns: width))
        }
        return description
    }

    /// The encoder below the heads, as its kin have it too.
    ///
    /// - Parameters:
    ///   - innerRatio: Channels between the products of a feed-forward part for each channel of a state; nil reads
    ///     their number.
    ///   - isScaled: Whether a learned factor for each channel stands before each sum.
    ///   - readsOtherSizes: Whether positions are made for images of other sizes.
    static func encoder(
        _ configuration: Configuration, leadingTokens: [String], innerRatio: Int? = nil,
        isScaled: Bool = false, readsOtherSizes: Bool = false
    ) throws(TransformerError) -> TransformerDescription {
        let width = try configuration.integer(.hiddenSize, in: 1...(1 << 24))
        let epsilon = try configuration.epsilon(.layerNormEpsilon, default: 1e-12)
        let inner =
            if let innerRatio { innerRatio * width } else {
                try configuration.integer(.intermediateSize, in: 1...(1 << 24))
            }
        let sizes = EncoderBlocks.Sizes(
            width: width, inner: inner, heads: try DecoderConfiguration.heads(configuration, width: width),
            activation: try configuration.activation(default: .gelu), epsilon: epsilon)
        let bias = try configuration.presence("qkv_bias", default: true)
        let blocks = (0..<(try configuration.integer(.blockCount, in: 1...10_000))).map {
            EncoderBlocks.normBefore("layers.\($0)", sizes, bias: bias, isScaled: isScaled)
        }
        var input = try patches(configuration, width: width, leadingTokens: leadingTokens)
        input.readsOtherSizes = readsOtherSizes
        return TransformerDescription(
            kind: .imageEmbedder, input: input,
            stacks: [Stack(blocks, finalNorm: Norm(.layer, "norm", size: width, epsilon: epsilon))],
            width: width, contextLength: input.positionCount)
    }

    private static func patches(
        _ configuration: Configuration, width: Int, leadingTokens: [String]
    ) throws(TransformerError) -> PatchInput {
        let imageSize = try size("image_size", configuration, most: ImageSize(1 << 14))
        let patchSize = try size("patch_size", configuration, most: imageSize)
        return PatchInput(
            width: width, imageSize: imageSize, patchSize: patchSize,
            channelCount: try configuration.integer("num_channels", in: 1...4096),
            projection: "patch_embedding", leadingTokens: leadingTokens, positions: "embed_positions")
    }

    /// One number for both edges, or height and width in a list.
    private static func size(
        _ key: ConfigurationKey, _ configuration: Configuration, most: ImageSize
    ) throws(TransformerError) -> ImageSize {
        guard let edges = configuration[key]?.array else {
            return ImageSize(try configuration.integer(key, in: 1...min(most.height, most.width)))
        }
        guard edges.count == 2, let height = edges[0].integer, let width = edges[1].integer,
            (1...most.height).contains(height), (1...most.width).contains(width)
        else { throw configuration.error(key, "must be one number or two, from 1 to \(most.text).") }
        return ImageSize(height: height, width: width)
    }
}
