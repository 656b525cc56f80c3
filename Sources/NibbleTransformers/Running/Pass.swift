import NibbleKernels

/// One chunk of rows on its way through a network: what parts need besides their weights.
///
/// The rows are those of one text from a position on, or of several whole texts.
public struct Pass {
    let network: Network
    let states: [KeyValueCache]
    let arena: Arena
    let position: Int
    let tokenCount: Int
    /// The rows of each text, one after the other: rows attend to those of their own text.
    let texts: [Range<Int>]
    let pool: WorkPool
    let cancellation: Cancellation
    let observer: (any LayerObserver)?
    /// Cosines and sines of each token's position, for each way of turning.
    private let angles: [[RotaryEmbedding.Angles]]
    /// What each layer counted in this chunk.
    private(set) var reports: [LayerPath: KernelReport] = [:]

    var steps: VectorSteps { VectorSteps(pool: pool) }

    init(
        network: Network, states: [KeyValueCache], arena: Arena, position: Int, texts: [Range<Int>],
        pool: WorkPool, cancellation: Cancellation, observer: (any LayerObserver)?
    ) {
        self.network = network
        self.states = states
        self.arena = arena
        self.position = position
        self.texts = texts
        tokenCount = texts.last?.upperBound ?? 0
        self.pool = pool
        self.cancellation = cancellation
        self.observer = observer
        angles = network.rotaries.map { rotary in
            texts.flatMap { (position..<position + $0.count).map { rotary.angles(position: $0) } }
        }
    }

    typealias Numbers = UnsafeMutableBufferPointer<Float>

    /// Turns each head of each row by its position's angles.
    func rotate(_ vectors: Numbers, headCount: Int, by rotary: Int) {
        steps.rotate(vectors, headCount: headCount, by: network.rotaries[rotary], angles[rotary])
    }

    /// The product of a layer with every row of the chunk, or with `rowCount` rows, in a slot of the arena.
    mutating func apply(
        _ layer: NetworkLayer, to input: Numbers, rowCount: Int? = nil, into slot: Arena.Slot
    ) throws -> Numbers {
        let rows = rowCount ?? tokenCount
        let output = arena.numbers(slot, rows * layer.shape.rows)
        try apply(layer, to: input, rowCount: rows, into: output)
        return output
    }

    /// The product of a layer with some rows, as the network's output.
    mutating func product(_ layer: NetworkLayer, _ input: Numbers, rowCount: Int) throws -> [Float] {
        let count = rowCount * layer.shape.rows
        return try [Float](unsafeUninitializedCapacity: count) { output, initialized in
            output.initialize(repeating: 0)
            initialized = count
            try apply(layer, to: input, rowCount: rowCount, into: Numbers(rebasing: output[..<count]))
        }
    }

    private mutating func apply(
        _ layer: NetworkLayer, to input: Numbers, rowCount: Int, into output: Numbers
    ) throws {
        let input = UnsafeBufferPointer(input)
        let report = try layer.linear.apply(input, tokenCount: rowCount, into: output, pool: pool)
        observer?.observe(
            layer: layer.path, input: input, output: UnsafeBufferPointer(output), tokenCount: rowCount,
            report: report)
        reports[layer.path, default: KernelReport()].add(report)
    }

    /// Runs hidden states, which lie in the arena's `hidden`, through all blocks and the final norm.
    mutating func run(_ hidden: Numbers) throws -> Numbers {
        observe(.embedded, hidden)
        for (index, block) in network.blocks.enumerated() {
            try cancellation.check()
            for sum in block { try add(sum, to: hidden) }
            observe(.block(index), hidden)
        }
        guard let norm = network.finalNorm else { return hidden }
        let normalized = normalize(hidden, norm)
        observe(.final, normalized)
        return normalized
    }

    private mutating func add(_ sum: Network.Sum, to hidden: Numbers) throws {
        if sum.branches.count == 1 {
            steps.add(try forward(sum.branches[0], hidden), to: hidden)
        } else {
            // Every branch reads the stream as it was before the sum.
            let total = arena.numbers(.sum, hidden.count)
            total.update(repeating: 0)
            for branch in sum.branches { steps.add(try forward(branch, hidden), to: total) }
            steps.add(total, to: hidden)
        }
        sum.normAfter?.forward(hidden, into: hidden, steps)
    }

    private mutating func forward(_ branch: Network.Branch, _ hidden: Numbers) throws -> Numbers {
        let input = branch.inputNorm.map { normalize(hidden, $0) } ?? hidden
        let change = try branch.part.forward(input, &self)
        branch.outputNorm?.forward(change, into: change, steps)
        if let scale = branch.outputScale { steps.scale(change, by: scale) }
        return change
    }

    private func normalize(_ hidden: Numbers, _ norm: NormPart) -> Numbers {
        let normalized = arena.numbers(.normalized, hidden.count)
        norm.forward(hidden, into: normalized, steps)
        return normalized
    }

    private func observe(_ place: HiddenStatePlace, _ states: Numbers) {
        observer?.observe(place, states: UnsafeBufferPointer(states), tokenCount: tokenCount)
    }
}
