/// Where one token's activations are written for the loops over the run-time layout: codes within ±127 up to whole chunks of 32
/// columns, and of each unit its codes' sum, its scale, and their product.
struct ByteToken {
    let chunks: Int
    /// Columns of a unit: 16 or 32.
    let unitLength: Int
    let codes: UnsafeMutablePointer<Int8>
    let sums: UnsafeMutablePointer<Int32>
    let scales: UnsafeMutablePointer<Float>
    let products: UnsafeMutablePointer<Float>
}

/// A scheme with a loop that writes all parts of a token in one pass.
protocol ByteQuantizing: ActivationScheme {
    /// Quantizes one token as `quantize` does, counters included; false, and nothing counted, for a token that it must take.
    func quantizeBytes(
        _ token: UnsafeBufferPointer<Float>, into target: ByteToken, report: inout KernelReport
    ) -> Bool
}
