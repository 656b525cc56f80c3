import NibbleKernels

/// A description with its weights: parts in the order in which they run.
struct Network: Sendable {
    /// A branch that runs.
    struct Branch: Sendable {
        let inputNorm: NormPart?
        let part: any Part
        let outputNorm: NormPart?
        let outputScale: [Float]?
    }

    /// A residual sum that runs.
    struct Sum: Sendable {
        let branches: [Branch]
        let normAfter: NormPart?
    }

    let description: TransformerDescription
    let blocks: [[Sum]]
    let finalNorm: NormPart?
    let head: (any HeadPart)?
    /// Each way in which positions turn heads, once.
    let rotaries: [RotaryEmbedding]
    /// Bytes of memory beyond the mapped file.
    let residentByteCount: Int

    /// Takes every weight that the description asks for.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` naming what is missing or of another shape.
    init(_ description: TransformerDescription, _ weights: NetworkWeights) throws {
        self.description = description
        blocks = try description.blocks.map { block in try block.sums.map { try Self.sum($0, weights) } }
        finalNorm = try description.stacks.last?.finalNorm.map(weights.norm)
        head = try description.head?.makePart(weights)
        rotaries = weights.rotaries
        residentByteCount = weights.residentByteCount
    }

    private static func sum(_ sum: Residual, _ weights: NetworkWeights) throws -> Sum {
        Sum(
            branches: try sum.branches.map { branch in
                Branch(
                    inputNorm: try branch.inputNorm.map(weights.norm),
                    part: try branch.mixer.makePart(weights),
                    outputNorm: try branch.outputNorm.map(weights.norm),
                    outputScale: try branch.outputScale.map(weights.required))
            }, normAfter: try sum.normAfterSum.map(weights.norm))
    }
}
