import NibbleKernels

/// A mixer that runs: hidden states in, hidden states out.
///
/// A part is one file; what it computes stands in the description that makes it (``Mixer/makePart(_:)``).
public protocol Part: Sendable {
    /// What it makes of `input`, a row for each token; valid until the next part runs.
    ///
    /// - Throws: ``TransformerError``, or `KernelError` if the work is cancelled.
    func forward(_ input: UnsafeMutableBufferPointer<Float>, _ pass: inout Pass) throws
        -> UnsafeMutableBufferPointer<Float>
}

/// A head that runs: the last hidden states in, the model's output out.
public protocol HeadPart: Sendable {
    /// What it makes of `rowCount` rows.
    ///
    /// - Throws: ``TransformerError``, or `KernelError`.
    func forward(_ states: UnsafeMutableBufferPointer<Float>, rowCount: Int, _ pass: inout Pass) throws
        -> [Float]
}

/// A matrix of a running network.
struct NetworkLayer: Sendable {
    let path: LayerPath
    let linear: LayerOperator

    var shape: MatrixShape { linear.shape }
}
