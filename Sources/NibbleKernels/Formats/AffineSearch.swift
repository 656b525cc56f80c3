import CNibbleKernels

/// `make_qkx2_quants`: scales and minima of the groups of a K-quant, as ggml's reference finds them (NUMERICS §6).
///
/// value ≈ scale · code − minimum with codes 0 … `end`. The inverse scale is tried at (first + step · i + end) ÷ (max − min) for
/// i = 0 … steps; the weighted least squares of each try give scale and minimum, which are kept if the weighted error is
/// smaller. From then on codes are counted from the minimum that was kept.
struct AffineSearch {
    /// The largest code.
    let end: Float
    /// The first try.
    let first: Float
    /// From one try to the next.
    let step: Float
    /// The number of the last try.
    let steps: Int32
    /// Whether errors count by magnitude instead of their square.
    let isAbsolute: Bool

    /// What a search found; the minimum is what is subtracted, at least 0.
    typealias Found = (scale: Float, minimum: Float)

    /// How the innermost loops take it.
    var loopSearch: nibble_affine_search {
        nibble_affine_search(
            end: end, first: first, step: step, steps: steps, is_absolute: isAbsolute ? 1 : 0)
    }

    /// Searches eight groups of `count` values, one after the other, and writes their codes.
    func search(
        _ values: UnsafePointer<Float>, weights: UnsafePointer<Float>, count: Int,
        codes: UnsafeMutablePointer<Float>
    ) -> [Found] {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { factors in
            guard let scales = factors.baseAddress else { return [] }
            InnerLoops.best.pointee.affine_search(
                values, weights, count, loopSearch, codes, scales, scales + 8)
            return (0..<8).map { (scales[$0], scales[$0 + 8]) }
        }
    }
}
