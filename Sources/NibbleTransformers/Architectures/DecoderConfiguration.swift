/// The numbers that most decoders' configurations have, read and checked; what architectures build blocks from.
struct DecoderConfiguration {
    let configuration: Configuration
    /// Channels of a hidden state.
    let width: Int
    /// Channels between the products of a feed-forward part.
    let inner: Int
    let blockCount: Int
    let heads: Heads
    let vocabularySize: Int
    let contextLength: Int

    /// Reads them.
    ///
    /// - Parameter inner: The feed-forward width where the configuration may leave it out.
    /// - Throws: ``TransformerError/configuration(_:)`` naming the key.
    init(
        _ configuration: Configuration, contextLength usualLength: Int = 2048,
        inner usualInner: ((_ width: Int) -> Int)? = nil
    ) throws(TransformerError) {
        self.configuration = configuration
        let widths = 1...(1 << 24)
        width = try configuration.integer(.hiddenSize, in: widths)
        if let usualInner, configuration[.intermediateSize] == nil {
            inner = usualInner(width)
        } else {
            inner = try configuration.integer(.intermediateSize, in: widths)
        }
        blockCount = try configuration.integer(.blockCount, in: 1...10_000)
        heads = try Self.heads(configuration, width: width)
        vocabularySize = try configuration.integer(.vocabularySize, in: 1...(1 << 26))
        contextLength = try configuration.integer(.contextLength) ?? usualLength
        guard (1...(1 << 28)).contains(contextLength) else {
            throw configuration.error(.contextLength, "\(contextLength) is out of range.")
        }
    }

    /// The heads of attention.
    static func heads(_ configuration: Configuration, width: Int) throws(TransformerError) -> Heads {
        let count = try configuration.integer(.headCount, in: 1...65_536)
        let keyValueCount = try configuration.integer(.keyValueHeadCount) ?? count
        let size = try configuration.integer(.headSize) ?? width / count
        guard (2...65_536).contains(size) && size % 2 == 0 else {
            throw configuration.error(.headSize, "\(size) must be even and at least 2.")
        }
        guard keyValueCount >= 1, count % keyValueCount == 0 else {
            throw configuration.error(
                .headCount,
                "\(count) is not a multiple of \(configuration.name(of: .keyValueHeadCount)) \(keyValueCount)."
            )
        }
        if let valueSize = try configuration.integer(.valueHeadSize), valueSize != size {
            throw configuration.error(
                .valueHeadSize, "\(valueSize) is not the \(size) of keys, which nibble cannot run.")
        }
        return Heads(count: count, keyValueCount: keyValueCount, size: size)
    }

    /// A causal language model whose blocks `block` makes, with an embedding, a final norm and a head that may be tied.
    func description(
        isHeadTied: Bool, positions: Parameter? = nil, finalNorm: Norm, block: (_ path: String) -> Block
    ) -> TransformerDescription {
        let embedding = Matrix("embed_tokens", .embedding, rows: vocabularySize, columns: width)
        let head = Matrix("lm_head", .head, rows: vocabularySize, columns: width)
        return TransformerDescription(
            kind: .causalLanguageModel, input: TokenInput(embedding, positions: positions),
            stacks: [Stack((0..<blockCount).map { block("layers.\($0)") }, finalNorm: finalNorm)],
            head: LanguageHead(head), width: width, contextLength: contextLength,
            vocabularySize: vocabularySize, endOfText: configuration.endOfText,
            ties: isHeadTied ? [head.path: embedding.path] : [:])
    }
}
