import NibbleKernels

extension FeedForward.Activation {
    /// x = f(x).
    func apply(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let start = values.baseAddress else { return }
        switch self {
        case .silu: for index in values.indices { values[index] = Self.silu(values[index]) }
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
