/// The activations of some tokens as codes.
final class QuantizedActivations: @unchecked Sendable {
    /// Columns that share a scale.
    let blockSize: Int
    private let columns: Int
    private let blocks: Int
    private let codes: UnsafeMutableBufferPointer<Int16>
    private let scales: UnsafeMutableBufferPointer<Float>

    /// Quantizes every token by `scheme`.
    init(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, columns: Int, scheme: any ActivationScheme,
        report: inout KernelReport
    ) {
        self.columns = columns
        blockSize = scheme.blockSize ?? max(columns, 1)
        blocks = (columns + blockSize - 1) / blockSize
        codes = .allocate(capacity: max(tokenCount * columns, 1))
        scales = .allocate(capacity: max(tokenCount * blocks, 1))
        for token in 0..<tokenCount {
            scheme.quantize(
                UnsafeBufferPointer(rebasing: input[token * columns..<(token + 1) * columns]),
                codes: UnsafeMutableBufferPointer(rebasing: codes[token * columns..<(token + 1) * columns]),
                scales: UnsafeMutableBufferPointer(rebasing: scales[token * blocks..<(token + 1) * blocks]),
                report: &report)
        }
    }

    deinit {
        codes.deallocate()
        scales.deallocate()
    }

    /// The codes of one token.
    func codes(token: Int) -> UnsafePointer<Int16> { UnsafePointer(codes.baseAddress! + token * columns) }

    /// The scales of one token's blocks.
    func scales(token: Int) -> UnsafePointer<Float> { UnsafePointer(scales.baseAddress! + token * blocks) }
}
