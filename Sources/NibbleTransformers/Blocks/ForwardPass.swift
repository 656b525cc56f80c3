import NibbleKernels

/// One chunk of tokens on its way through a decoder.
struct ForwardPass {
    let network: DecoderNetwork
    let cache: KeyValueCache
    let position: Int
    let tokenCount: Int
    let pool: WorkPool
    let cancellation: Cancellation
    let observer: (any LayerObserver)?
    let probe: (([Float]) -> Void)?
    /// Cosines and sines of each token's position.
    private let angles: [(cosines: [Float], sines: [Float])]
    /// What each layer counted in this chunk.
    private(set) var reports: [LayerID: KernelReport] = [:]

    private var configuration: ModelConfiguration { network.configuration }
    private var steps: VectorSteps { VectorSteps(pool: pool) }

    init(
        network: DecoderNetwork, cache: KeyValueCache, position: Int, tokenCount: Int, pool: WorkPool,
        cancellation: Cancellation, observer: (any LayerObserver)?, probe: (([Float]) -> Void)?
    ) {
        self.network = network
        self.cache = cache
        self.position = position
        self.tokenCount = tokenCount
        self.pool = pool
        self.cancellation = cancellation
        self.observer = observer
        self.probe = probe
        angles = (position..<position + tokenCount).map { network.rotary.angles(position: $0) }
    }

    /// Embeds the tokens, runs all blocks and returns the logits of the last `logitCount` tokens.
    mutating func run(_ tokens: [Int], logitCount: Int) throws -> [Float] {
        var hidden = embed(tokens)
        probe?(hidden)
        for (index, block) in network.blocks.enumerated() {
            try cancellation.check()
            try attend(block, index: index, hidden: &hidden)
            try feedForward(block, hidden: &hidden)
            if index < network.blocks.count - 1 { probe?(hidden) }
        }
        let normalized = normalize(hidden, weight: network.finalNorm)
        probe?(normalized)
        guard logitCount > 0 else { return [] }
        let last = Array(normalized.suffix(logitCount * configuration.hiddenSize))
        return try apply(network.head, to: last, tokenCount: logitCount)
    }

    private func embed(_ tokens: [Int]) -> [Float] {
        var hidden = [Float](repeating: 0, count: tokens.count * configuration.hiddenSize)
        hidden.withUnsafeMutableBufferPointer { hidden in
            for (index, token) in tokens.enumerated() {
                let range = index * configuration.hiddenSize..<(index + 1) * configuration.hiddenSize
                network.embedding.decode(
                    row: token, into: UnsafeMutableBufferPointer(rebasing: hidden[range]))
            }
        }
        return hidden
    }

    private mutating func attend(_ block: DecoderNetwork.Block, index: Int, hidden: inout [Float]) throws {
        let input = normalize(hidden, weight: block.attentionNorm)
        var queries = try apply(block.query, to: input, tokenCount: tokenCount)
        var keys = try apply(block.key, to: input, tokenCount: tokenCount)
        let values = try apply(block.value, to: input, tokenCount: tokenCount)
        rotate(&queries, headCount: configuration.headCount)
        rotate(&keys, headCount: configuration.keyValueHeadCount)
        let attention = Attention(configuration: configuration, cache: cache, pool: pool)
        attention.store(keys: keys, values: values, block: index, position: position, tokenCount: tokenCount)
        var mixed = [Float](repeating: 0, count: queries.count)
        mixed.withUnsafeMutableBufferPointer { mixed in
            queries.withUnsafeBufferPointer {
                attention.attend(
                    queries: $0, into: mixed, block: index, position: position, tokenCount: tokenCount)
            }
        }
        add(try apply(block.output, to: mixed, tokenCount: tokenCount), to: &hidden)
    }

    private mutating func feedForward(_ block: DecoderNetwork.Block, hidden: inout [Float]) throws {
        let input = normalize(hidden, weight: block.feedForwardNorm)
        var gate = try apply(block.gate, to: input, tokenCount: tokenCount)
        let up = try apply(block.up, to: input, tokenCount: tokenCount)
        steps.siluMultiply(gate: &gate, up: up, tokenCount: tokenCount)
        add(try apply(block.down, to: gate, tokenCount: tokenCount), to: &hidden)
    }

    private func normalize(_ hidden: [Float], weight: [Float]) -> [Float] {
        steps.normalize(hidden, weight: weight, epsilon: configuration.normEpsilon)
    }

    private func rotate(_ vectors: inout [Float], headCount: Int) {
        steps.rotate(
            &vectors, headCount: headCount, headSize: configuration.headSize, by: network.rotary, angles)
    }

    private mutating func apply(
        _ layer: (id: LayerID, linear: PackedLinear), to input: [Float], tokenCount: Int
    ) throws -> [Float] {
        var output = [Float](repeating: 0, count: tokenCount * layer.linear.shape.rows)
        let report = try output.withUnsafeMutableBufferPointer { output in
            try input.withUnsafeBufferPointer { input in
                let report = try layer.linear.apply(input, tokenCount: tokenCount, into: output, pool: pool)
                observer?.observe(
                    layer: layer.id, input: input, output: UnsafeBufferPointer(output),
                    tokenCount: tokenCount,
                    report: report)
                return report
            }
        }
        reports[layer.id, default: KernelReport()].add(report)
        return output
    }

    private func add(_ change: [Float], to hidden: inout [Float]) {
        hidden.withUnsafeMutableBufferPointer { hidden in
            VectorKernels.addScaled(change, factor: 1, to: hidden.baseAddress!, count: change.count)
        }
    }
}
