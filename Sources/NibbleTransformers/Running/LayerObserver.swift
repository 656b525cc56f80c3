import NibbleKernels

/// Somebody who watches a session; none installed costs nothing.
public protocol LayerObserver: Sendable {
    /// Called after each product with what went in and came out, token after token.
    func observe(
        layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        tokenCount: Int,
        report: KernelReport)

    /// Called with the hidden states of a chunk at each place, token after token.
    func observe(_ place: HiddenStatePlace, states: UnsafeBufferPointer<Float>, tokenCount: Int)
}

extension LayerObserver {
    /// Most watch products only.
    public func observe(
        _ place: HiddenStatePlace, states: UnsafeBufferPointer<Float>, tokenCount: Int
    ) {}
}

/// A place on the residual stream.
public enum HiddenStatePlace: Hashable, Sendable {
    /// Before the first block.
    case embedded
    /// Behind a block.
    case block(Int)
    /// Behind the final norm, where there is one.
    case final
}
