/// The activations of some tokens as codes, laid out for the segments of one product.
final class QuantizedActivations: @unchecked Sendable {
    private let segments: Segments
    private let codes: UnsafeMutableBufferPointer<Int16>
    private let scales: UnsafeMutableBufferPointer<Float>
    private let largest: UnsafeMutableBufferPointer<Int32>
    private let codeSums: UnsafeMutableBufferPointer<Int32>

    /// Quantizes every token by `scheme`; the codes of outlier columns are 0.
    init(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, segments: Segments,
        scheme: any ActivationScheme, outliers: [Int] = [], report: inout KernelReport
    ) {
        self.segments = segments
        codes = .allocate(capacity: max(tokenCount * segments.columns, 1))
        scales = .allocate(capacity: max(tokenCount * segments.count, 1))
        largest = .allocate(capacity: tokenCount * segments.count)
        codeSums = .allocate(capacity: max(tokenCount * segments.count, 1))
        let columns = segments.columns
        let blockCount = (columns + segments.blockSize - 1) / segments.blockSize
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(blockCount, 1)) { blockScales in
            for token in 0..<tokenCount {
                let range = token * columns..<(token + 1) * columns
                scheme.quantize(
                    UnsafeBufferPointer(rebasing: input[range]),
                    codes: UnsafeMutableBufferPointer(rebasing: codes[range]), scales: blockScales,
                    report: &report)
                for column in outliers { codes[token * columns + column] = 0 }
                spread(UnsafeBufferPointer(blockScales), token: token)
            }
        }
    }

    /// Codes that are there already, less their zero point; all scales are 1.
    /// - Throws: ``KernelError/unsupported(_:)`` if one of them leaves 16 bits.
    init(
        codes input: Span<Int16>, zeroPoint: Int16, tokenCount: Int, segments: Segments
    ) throws(KernelError) {
        self.segments = segments
        codes = .allocate(capacity: max(tokenCount * segments.columns, 1))
        scales = .allocate(capacity: max(tokenCount * segments.count, 1))
        largest = .allocate(capacity: tokenCount * segments.count)
        codeSums = .allocate(capacity: max(tokenCount * segments.count, 1))
        var overflows = false
        for index in input.indices {
            let difference = input[index].subtractingReportingOverflow(zeroPoint)
            codes[index] = difference.partialValue
            overflows = overflows || difference.overflow
        }
        guard !overflows else {
            throw .unsupported("An input code less its zero point \(zeroPoint) leaves 16 bits.")
        }
        let blockScales = [Float](repeating: 1, count: segments.count)
        blockScales.withUnsafeBufferPointer { scales in
            for token in 0..<tokenCount { spread(scales, token: token) }
        }
    }

    deinit {
        codes.deallocate()
        scales.deallocate()
        largest.deallocate()
        codeSums.deallocate()
    }

    /// Gives every segment its block's scale, its largest code and the sum of its codes.
    private func spread(_ blockScales: UnsafeBufferPointer<Float>, token: Int) {
        for segment in 0..<segments.count {
            let place = token * segments.count + segment
            scales[place] = blockScales[segments.block(of: segment)]
            var magnitude: UInt16 = 0
            var sum: Int32 = 0
            for column in segments.columns(of: segment) {
                let code = codes[token * segments.columns + column]
                magnitude = max(magnitude, code.magnitude)
                sum &+= Int32(code)
            }
            largest[place] = Int32(magnitude)
            codeSums[place] = sum
        }
    }

    /// The codes of one token and those after it.
    func codes(token: Int) -> UnsafePointer<Int16>? {
        codes.baseAddress.map { UnsafePointer($0 + token * segments.columns) }
    }

    /// The scale of each segment of one token.
    func scales(token: Int) -> UnsafePointer<Float>? {
        scales.baseAddress.map { UnsafePointer($0 + token * segments.count) }
    }

    /// The sum of the codes of each segment of one token.
    func codeSums(token: Int) -> UnsafePointer<Int32>? {
        codeSums.baseAddress.map { UnsafePointer($0 + token * segments.count) }
    }

    /// The largest |code| of one segment.
    func largestCode(token: Int, segment: Int) -> Int64 { Int64(largest[token * segments.count + segment]) }

    /// The largest |code| of all tokens.
    var largestCode: Int64 { Int64(largest.max() ?? 0) }
}
