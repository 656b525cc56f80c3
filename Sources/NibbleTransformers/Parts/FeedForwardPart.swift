import NibbleKernels

extension FeedForward {
    /// A feed-forward part that runs.
    public func makePart(_ weights: NetworkWeights) throws -> any Part { try makeFeedForward(weights) }

    func makeFeedForward(_ weights: NetworkWeights) throws -> FeedForwardPart {
        FeedForwardPart(
            activation: activation, gate: try gate.map(weights.layer), up: try weights.layer(up),
            down: try weights.layer(down))
    }

    /// Work space of its products.
    public func reserve(_ use: inout WorkSpace, tokenCount: Int) {
        if let gate { use.reserve(.gate, tokenCount, gate.shape.rows) }
        use.reserve(.up, tokenCount, up.shape.rows)
        use.reserve(.change, tokenCount, down.shape.rows)
    }
}

/// down(f(gate(x)) · up(x)), or down(f(up(x))).
struct FeedForwardPart: Part {
    let activation: FeedForward.Activation
    let gate: NetworkLayer?
    let up, down: NetworkLayer

    func forward(
        _ input: UnsafeMutableBufferPointer<Float>, _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        try forward(input, tokenCount: pass.tokenCount, into: .change, &pass)
    }

    /// The same for so many rows, with the result in a slot.
    func forward(
        _ input: UnsafeMutableBufferPointer<Float>, tokenCount: Int, into slot: Arena.Slot,
        _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        guard let gate else {
            let inner = try pass.apply(up, to: input, rowCount: tokenCount, into: .up)
            pass.steps.activate(inner, activation, tokenCount: tokenCount)
            return try pass.apply(down, to: inner, rowCount: tokenCount, into: slot)
        }
        let gated = try pass.apply(gate, to: input, rowCount: tokenCount, into: .gate)
        let inner = try pass.apply(up, to: input, rowCount: tokenCount, into: .up)
        pass.steps.activateMultiply(gate: gated, up: inner, activation, tokenCount: tokenCount)
        return try pass.apply(down, to: gated, rowCount: tokenCount, into: slot)
    }
}
