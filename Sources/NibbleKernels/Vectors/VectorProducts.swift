extension VectorKernels {
    /// Σ a[i]·b[i].
    public static func dot(_ first: Span<Float>, _ second: Span<Float>) throws(KernelError) -> Float {
        try check(first.count == second.count) {
            "\(first.count) and \(second.count) numbers have no product: both must be as many."
        }
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                guard let a = first.baseAddress, let b = second.baseAddress else { return 0 }
                return dot(a, b, count: first.count)
            }
        }
    }

    /// Σ a[i]·b[i] over `count` numbers.
    public static func dot(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int
    ) -> Float {
        InnerLoops.best.pointee.dot_f32(first, second, count)
    }

    /// target[i] += factor · source[i].
    public static func addScaled(
        _ source: Span<Float>, factor: Float, to target: inout MutableSpan<Float>
    ) throws(KernelError) {
        let count = target.count
        try check(source.count == count) { "\(source.count) numbers cannot be added to \(count)." }
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                guard let x = source.baseAddress, let y = target.baseAddress else { return }
                addScaled(x, factor: factor, to: y, count: source.count)
            }
        }
    }

    /// target[i] += factor · source[i] over `count` numbers.
    public static func addScaled(
        _ source: UnsafePointer<Float>, factor: Float, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        InnerLoops.best.pointee.add_scaled_f32(source, factor, target, count)
    }
}
