/// How the matrices of a transformer hang together: derived from the description, declared by no architecture.
extension TransformerDescription {
    /// The norms whose output is read by matrices alone, each with all its readers: where a scale of channels can be moved
    /// from activations to weights (SmoothQuant, AWQ, folding of norms).
    public var normEdges: [NormEdge] {
        let inBlocks = blocks.flatMap(\.branches).compactMap { branch in
            branch.inputNorm.map { NormEdge(norm: $0, readers: branch.mixer.readers) }
        }
        guard let last = stacks.last?.finalNorm, let reader = head?.matrices.first else { return inBlocks }
        return inBlocks + [NormEdge(norm: last, readers: [reader])]
    }

    /// Pairs of matrices between which a channel's scale can move.
    public var productEdges: [ProductEdge] { blocks.flatMap(\.branches).flatMap(\.mixer.productEdges) }

    /// The matrices that write to the residual stream, and those that read it through a norm: what a rotation of the stream
    /// has to touch.
    public var stream: StreamEdges {
        let branches = blocks.flatMap(\.branches)
        return StreamEdges(
            writers: input.matrices + branches.flatMap(\.mixer.writers),
            readers: branches.flatMap(\.mixer.readers) + (head?.matrices.prefix(1) ?? []))
    }

    /// Matrices that read the same input, each group in the order of the forward pass.
    public var siblings: [[Matrix]] {
        blocks.flatMap(\.branches).map(\.mixer.readers).filter { $0.count > 1 }
    }

    /// The paths that share each layer's weights, the layer's own first.
    public func names(of path: LayerPath) -> [LayerPath] {
        [path] + ties.filter { $0.value == path }.map(\.key).sorted()
    }
}

/// A norm, and the matrices that read its output.
public struct NormEdge: Hashable, Sendable {
    /// The norm.
    public let norm: Norm
    /// All of its readers.
    public let readers: [Matrix]
}

/// The ends of the residual stream.
public struct StreamEdges: Hashable, Sendable {
    /// Matrices whose output is added to it, the embedding first.
    public let writers: [Matrix]
    /// Matrices that read it, the head last.
    public let readers: [Matrix]
}
