import NibbleKernels

/// Somebody who watches the matrix products of a session; none installed costs nothing.
public protocol LayerObserver: Sendable {
    /// Called after each product with what went in and came out, token after token.
    func observe(
        layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        tokenCount: Int,
        report: KernelReport)
}
