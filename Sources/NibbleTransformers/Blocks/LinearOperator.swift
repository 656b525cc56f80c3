import NibbleKernels

/// A layer as a block uses it: numbers in, numbers and counters out; blocks never see a format.
public protocol LinearOperator: Sendable {
    /// Output channels × input channels.
    var shape: MatrixShape { get }
    /// y[t] = W·x[t] (+ bias) for `tokenCount` tokens, each after the other.
    func apply(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        pool: WorkPool
    ) throws -> KernelReport
}

/// A packed matrix with an optional bias.
struct PackedLinear: LinearOperator {
    let matrix: PackedMatrix
    let bias: [Float]?

    var shape: MatrixShape { matrix.shape }

    func apply(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        pool: WorkPool
    ) throws -> KernelReport {
        var span = output.mutableSpan
        let report = try matrix.multiply(input.span, tokenCount: tokenCount, into: &span, pool: pool)
        guard let bias else { return report }
        for token in 0..<tokenCount {
            for row in bias.indices { output[token * bias.count + row] += bias[row] }
        }
        return report
    }
}
