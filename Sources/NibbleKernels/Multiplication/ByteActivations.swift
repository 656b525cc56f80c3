import CNibbleKernels

/// The activations of some tokens as signed bytes, with what the loops over the run-time layout need beside them.
final class ByteActivations: @unchecked Sendable {
    /// Tokens, rounded up to whole groups of four by tokens of zeros.
    let paddedTokenCount: Int
    let unitLength: Int
    /// Units of a token, of whole chunks.
    let units: Int
    private let chunks: Int
    /// Bytes from one token's codes to the next: never a power of two, which would crowd a few sets of the cache.
    private let stride: Int
    private let codes: UnsafeMutablePointer<Int8>
    private let sums: UnsafeMutablePointer<Int32>
    private let scales: UnsafeMutablePointer<Float>
    private let products: UnsafeMutablePointer<Float>
    private let input: UnsafeBufferPointer<Float>
    /// The codes again as 16 bits, the columns of each four in the order 0, 2, 1, 3.
    private var words: UnsafeMutablePointer<Int16>?

    /// Quantizes every token by `scheme`, whose codes lie within ±127.
    init(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, columns: Int, unitLength: Int,
        scheme: any ActivationScheme, needsWords: Bool, pool: WorkPool, report: inout KernelReport
    ) {
        self.unitLength = unitLength
        self.input = input
        chunks = (columns + 31) / 32
        units = chunks * 32 / unitLength
        stride = chunks * 32 + 32
        paddedTokenCount = tokenCount < 4 ? tokenCount : (tokenCount + 3) / 4 * 4
        let total = max(paddedTokenCount, 1)
        codes = .allocate(capacity: total * stride)
        sums = .allocate(capacity: max(total * units, 1))
        scales = .allocate(capacity: max(total * units, 1))
        products = .allocate(capacity: max(total * units, 1))
        words = needsWords ? .allocate(capacity: total * stride) : nil
        let reports = pool.map(count: total) { token in
            var report = KernelReport()
            let range = min(token, tokenCount) * columns..<min(token + 1, tokenCount) * columns
            self.quantize(range, token: token, scheme, &report)
            return report
        }
        for part in reports { report.add(part) }
    }

    deinit {
        codes.deallocate()
        sums.deallocate()
        scales.deallocate()
        products.deallocate()
        words?.deallocate()
    }

    /// An empty range is a token of zeros.
    private func quantize(
        _ range: Range<Int>, token: Int, _ scheme: any ActivationScheme, _ report: inout KernelReport
    ) {
        let target = codes + token * stride
        target.initialize(repeating: 0, count: stride)
        (scales + token * units).initialize(repeating: 0, count: units)
        if !range.isEmpty {
            let values = UnsafeBufferPointer(rebasing: input[range])
            let blockSize = scheme.blockSize ?? values.count
            let blocks = (values.count + blockSize - 1) / blockSize
            withUnsafeTemporaryAllocation(of: Int16.self, capacity: values.count) { wide in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: blocks) { blockScales in
                    scheme.quantize(values, codes: wide, scales: blockScales, report: &report)
                    for index in 0..<values.count { target[index] = Int8(truncatingIfNeeded: wide[index]) }
                    for unit in 0..<units {
                        scales[token * units + unit] =
                            blockScales[min(unit * unitLength / blockSize, blocks - 1)]
                    }
                }
            }
        }
        addUp(token)
        if let words { InnerLoops.interleaved.pointee.widen_codes(target, chunks, words + token * stride) }
    }

    private func addUp(_ token: Int) {
        let source = codes + token * stride
        for unit in 0..<units {
            var sum: Int32 = 0
            for column in unit * unitLength..<(unit + 1) * unitLength { sum &+= Int32(source[column]) }
            let place = token * units + unit
            sums[place] = sum
            products[place] = Float(sum) * scales[place]
        }
    }

    /// One token's activations from a chunk on, as bytes.
    func bytes(token: Int, chunk: Int) -> nibble_activations {
        activations(token, chunk, UnsafeRawPointer(codes + token * stride + 32 * chunk))
    }

    /// The same with codes of 16 bits, if there are any.
    func words(token: Int, chunk: Int) -> nibble_activations {
        let place = token * stride + 32 * chunk
        return activations(
            token, chunk, words.map { UnsafeRawPointer($0 + place) } ?? UnsafeRawPointer(codes + place))
    }

    /// One token's codes from a chunk on.
    func codes(token: Int, chunk: Int) -> UnsafePointer<Int8> {
        UnsafePointer(codes + token * stride + 32 * chunk)
    }

    private func activations(_ token: Int, _ chunk: Int, _ codes: UnsafeRawPointer) -> nibble_activations {
        let place = token * units + chunk * 32 / unitLength
        return nibble_activations(
            codes: codes, sums: sums + place, scales: scales + place, products: products + place)
    }
}
