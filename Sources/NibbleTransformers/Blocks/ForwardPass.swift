import NibbleKernels

/// One chunk of tokens on its way through a decoder.
struct ForwardPass {
    let network: DecoderNetwork
    let cache: KeyValueCache
    let workspace: Workspace
    let position: Int
    let tokenCount: Int
    let pool: WorkPool
    let cancellation: Cancellation
    let observer: (any LayerObserver)?
    let probe: (([Float]) -> Void)?
    /// Cosines and sines of each token's position.
    private let angles: [(cosines: [Float], sines: [Float])]
    /// What each layer counted in this chunk.
    private(set) var reports: [LayerPath: KernelReport] = [:]

    private var configuration: ModelConfiguration { network.configuration }
    private var steps: VectorSteps { VectorSteps(pool: pool) }

    init(
        network: DecoderNetwork, cache: KeyValueCache, workspace: Workspace, position: Int, tokenCount: Int,
        pool: WorkPool,
        cancellation: Cancellation, observer: (any LayerObserver)?, probe: (([Float]) -> Void)?
    ) {
        self.network = network
        self.cache = cache
        self.workspace = workspace
        self.position = position
        self.tokenCount = tokenCount
        self.pool = pool
        self.cancellation = cancellation
        self.observer = observer
        self.probe = probe
        angles = (position..<position + tokenCount).map { network.rotary.angles(position: $0) }
    }

    private typealias Numbers = UnsafeMutableBufferPointer<Float>

    /// Embeds the tokens, runs all blocks and returns the logits of the last `logitCount` tokens.
    mutating func run(_ tokens: [Int], logitCount: Int) throws -> [Float] {
        let hidden = embed(tokens)
        probe?(Array(hidden))
        for (index, block) in network.blocks.enumerated() {
            try cancellation.check()
            try attend(block, index: index, hidden: hidden)
            try feedForward(block, hidden: hidden)
            if index < network.blocks.count - 1 { probe?(Array(hidden)) }
        }
        let normalized = normalize(hidden, weight: network.finalNorm)
        probe?(Array(normalized))
        guard logitCount > 0 else { return [] }
        let last = Numbers(rebasing: normalized.suffix(logitCount * configuration.hiddenSize))
        let count = logitCount * network.head.linear.shape.rows
        return try [Float](unsafeUninitializedCapacity: count) { logits, initialized in
            logits.initialize(repeating: 0)
            initialized = count
            try apply(network.head, to: last, tokenCount: logitCount, into: logits)
        }
    }

    private func embed(_ tokens: [Int]) -> Numbers {
        let size = configuration.hiddenSize
        let hidden = workspace.hidden.numbers(tokens.count * size)
        for (index, token) in tokens.enumerated() {
            network.embedding.decode(
                row: token, into: Numbers(rebasing: hidden[index * size..<(index + 1) * size]))
        }
        return hidden
    }

    private mutating func attend(_ block: DecoderNetwork.Block, index: Int, hidden: Numbers) throws {
        let input = normalize(hidden, weight: block.attentionNorm)
        let queries = try apply(block.query, to: input, into: workspace.queries)
        let keys = try apply(block.key, to: input, into: workspace.keys)
        let values = try apply(block.value, to: input, into: workspace.values)
        rotate(queries, headCount: configuration.headCount)
        rotate(keys, headCount: configuration.keyValueHeadCount)
        let attention = Attention(configuration: configuration, cache: cache, pool: pool)
        attention.store(keys: keys, values: values, block: index, position: position, tokenCount: tokenCount)
        let mixed = workspace.mixed.numbers(queries.count)
        attention.attend(
            queries: UnsafeBufferPointer(queries), into: mixed, block: index, position: position,
            tokenCount: tokenCount)
        steps.add(try apply(block.output, to: mixed, into: workspace.change), to: hidden)
    }

    private mutating func feedForward(_ block: DecoderNetwork.Block, hidden: Numbers) throws {
        let input = normalize(hidden, weight: block.feedForwardNorm)
        let gate = try apply(block.gate, to: input, into: workspace.gate)
        let up = try apply(block.up, to: input, into: workspace.up)
        steps.siluMultiply(gate: gate, up: up, tokenCount: tokenCount)
        steps.add(try apply(block.down, to: gate, into: workspace.change), to: hidden)
    }

    private func normalize(_ hidden: Numbers, weight: [Float]) -> Numbers {
        let normalized = workspace.normalized.numbers(hidden.count)
        steps.normalize(hidden, weight: weight, epsilon: configuration.normEpsilon, into: normalized)
        return normalized
    }

    private func rotate(_ vectors: Numbers, headCount: Int) {
        steps.rotate(
            vectors, headCount: headCount, headSize: configuration.headSize, by: network.rotary, angles)
    }

    private mutating func apply(
        _ layer: (id: LayerPath, linear: LayerOperator), to input: Numbers, into buffer: FloatBuffer
    ) throws -> Numbers {
        let output = buffer.numbers(tokenCount * layer.linear.shape.rows)
        try apply(layer, to: input, tokenCount: tokenCount, into: output)
        return output
    }

    private mutating func apply(
        _ layer: (id: LayerPath, linear: LayerOperator), to input: Numbers, tokenCount: Int,
        into output: Numbers
    ) throws {
        let input = UnsafeBufferPointer(input)
        let report = try layer.linear.apply(input, tokenCount: tokenCount, into: output, pool: pool)
        observer?.observe(
            layer: layer.id, input: input, output: UnsafeBufferPointer(output), tokenCount: tokenCount,
            report: report)
        reports[layer.id, default: KernelReport()].add(report)
    }
}
