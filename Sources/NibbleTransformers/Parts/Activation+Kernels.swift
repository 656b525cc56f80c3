import NibbleKernels

extension FeedForward.Activation {
    /// x = f(x).
    func apply(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let start = values.baseAddress else { return }
        switch self {
        case .silu:
            // silu(x) · 1: the same loop as with a gate.
            let ones = [Float](repeating: 1, count: values.count)
            ones.withUnsafeBufferPointer { VectorKernels.siluMultiply(gate: values, up: $0) }
        case .gelu: VectorKernels.geluErf(start, count: values.count)
        case .geluTanh: VectorKernels.gelu(start, count: values.count)
        }
    }

    /// gate = f(gate) · up.
    func applyMultiply(_ gate: UnsafeMutableBufferPointer<Float>, _ up: UnsafeBufferPointer<Float>) {
        if self == .silu { return VectorKernels.siluMultiply(gate: gate, up: up) }
        apply(gate)
        for index in gate.indices { gate[index] *= up[index] }
    }
}
