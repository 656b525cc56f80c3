import NibbleKernels

/// The embedding and the tables beside it, ready to be looked up.
struct TokenInputPart: Sendable {
    private let embedding: PackedMatrix
    private let positions: [Float]?
    private let positionOffset: Int
    private let tokenTypes: [Float]?
    private let norm: NormPart?
    private let width: Int

    init(_ input: TokenInput, _ weights: NetworkWeights) throws {
        embedding = try weights.layer(input.embedding).linear.weights
        positions = try input.positions.map(weights.required)
        positionOffset = input.positionOffset
        tokenTypes = try input.tokenTypes.map(weights.required)
        norm = try input.norm.map(weights.norm)
        width = input.embedding.shape.columns
    }

    /// How many types of tokens there are.
    var typeCount: Int { (tokenTypes?.count ?? 0) / max(width, 1) }

    /// The hidden states of the pass's texts, whose tokens follow each other; `types` are as many as tokens, or none for type 0.
    func forward(_ tokens: [Int], types: [Int] = [], _ pass: Pass) -> UnsafeMutableBufferPointer<Float> {
        let hidden = pass.arena.numbers(.hidden, tokens.count * width)
        for text in pass.texts {
            for index in text {
                let row = UnsafeMutableBufferPointer(rebasing: hidden[index * width..<(index + 1) * width])
                embedding.decode(row: tokens[index], into: row)
                if let tokenTypes { add(tokenTypes, row: types.isEmpty ? 0 : types[index], to: row) }
                if let positions {
                    add(positions, row: positionOffset + pass.position + index - text.lowerBound, to: row)
                }
            }
        }
        norm?.forward(hidden, into: hidden, pass.steps)
        return hidden
    }

    private func add(_ table: [Float], row: Int, to target: UnsafeMutableBufferPointer<Float>) {
        guard let start = target.baseAddress else { return }
        table.withUnsafeBufferPointer { table in
            guard let source = table.baseAddress else { return }
            VectorKernels.addScaled(source + row * width, factor: 1, to: start, count: width)
        }
    }
}
