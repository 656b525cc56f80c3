extension VectorKernels {
    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: inout MutableSpan<Float>) {
        scores.withUnsafeMutableBufferPointer { softmax($0) }
    }

    /// Replaces scores by exp(score − max) ÷ Σ.
    public static func softmax(_ scores: UnsafeMutableBufferPointer<Float>) {
        guard let start = scores.baseAddress else { return }
        InnerLoops.elementwise.pointee.softmax(start, scores.count)
    }
}
