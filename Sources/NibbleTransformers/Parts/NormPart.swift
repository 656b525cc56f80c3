import NibbleKernels

/// A norm with its weights.
struct NormPart: Sendable {
    let norm: Norm
    let weight: [Float]
    /// Empty for a norm without biases.
    let bias: [Float]

    /// Normalizes each group of ``Norm/size`` channels; `target` may be `input`.
    func forward(
        _ input: UnsafeMutableBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>,
        _ steps: VectorSteps
    ) {
        switch norm.kind {
        case .rms: steps.rmsNorm(input, weight: weight, epsilon: norm.epsilon, into: target)
        case .layer:
            steps.layerNorm(input, weight: weight, bias: bias, epsilon: norm.epsilon, into: target)
        }
    }
}
