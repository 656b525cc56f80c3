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
    private let words: UnsafeMutablePointer<Int16>?
    /// All of these.
    private let memory: UnsafeMutableRawPointer

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
        let (codeBytes, factorBytes) = (total * stride, 4 * total * units)
        memory = .allocate(
            byteCount: codeBytes * (needsWords ? 3 : 1) + 3 * factorBytes, alignment: 64)
        codes = memory.assumingMemoryBound(to: Int8.self)
        let factors = memory + codeBytes * (needsWords ? 3 : 1)
        words = needsWords ? (memory + codeBytes).assumingMemoryBound(to: Int16.self) : nil
        sums = factors.assumingMemoryBound(to: Int32.self)
        scales = (factors + factorBytes).assumingMemoryBound(to: Float.self)
        products = (factors + 2 * factorBytes).assumingMemoryBound(to: Float.self)
        let together = Self.tokensTogether
        let direct = scheme as? any ByteQuantizing
        let reports = pool.map(count: (total + together - 1) / together) { part in
            var report = KernelReport()
            for token in part * together..<min((part + 1) * together, total) {
                let range = min(token, tokenCount) * columns..<min(token + 1, tokenCount) * columns
                self.quantize(range, token: token, scheme, direct, &report)
            }
            return report
        }
        for part in reports { report.add(part) }
    }

    /// Tokens that one thread quantizes at a time.
    private static let tokensTogether = 16

    deinit { memory.deallocate() }

    /// An empty range is a token of zeros.
    private func quantize(
        _ range: Range<Int>, token: Int, _ scheme: any ActivationScheme,
        _ direct: (any ByteQuantizing)?, _ report: inout KernelReport
    ) {
        let target = codes + token * stride
        (target + 32 * chunks).initialize(repeating: 0, count: stride - 32 * chunks)
        let place = token * units
        let parts = ByteToken(
            chunks: chunks, unitLength: unitLength, codes: target, sums: sums + place, scales: scales + place,
            products: products + place)
        let values = UnsafeBufferPointer(rebasing: input[range])
        let isDone = !range.isEmpty && direct?.quantizeBytes(values, into: parts, report: &report) == true
        if !isDone { quantizeWide(values, token: token, scheme, &report) }
        if let words { InnerLoops.interleaved.pointee.widen_codes(target, chunks, words + token * stride) }
    }

    /// By way of the scheme's codes of 16 bits.
    private func quantizeWide(
        _ values: UnsafeBufferPointer<Float>, token: Int, _ scheme: any ActivationScheme,
        _ report: inout KernelReport
    ) {
        let target = codes + token * stride
        target.initialize(repeating: 0, count: stride)
        (scales + token * units).initialize(repeating: 0, count: units)
        defer { addUp(token) }
        guard !values.isEmpty else { return }
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

    /// All tokens from a chunk on.
    func tokens(chunk: Int, isBytes: Bool) -> nibble_tokens {
        nibble_tokens(
            first: isBytes ? bytes(token: 0, chunk: chunk) : words(token: 0, chunk: chunk),
            code_stride: isBytes ? stride : 2 * stride, unit_stride: units, count: paddedTokenCount)
    }

    /// The first `count` tokens' bytes, and what each token's codes sum to.
    func withWholeTokens(_ count: Int, _ body: (nibble_tokens, UnsafePointer<Int32>) -> Void) {
        var tokens = tokens(chunk: 0, isBytes: true)
        tokens.count = count
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(count, 1)) { space in
            guard let whole = space.baseAddress else { return }
            for token in 0..<count {
                whole[token] = (token * units..<(token + 1) * units).reduce(0) { $0 &+ sums[$1] }
            }
            body(tokens, UnsafePointer(whole))
        }
    }

    private func activations(_ token: Int, _ chunk: Int, _ codes: UnsafeRawPointer) -> nibble_activations {
        let place = token * units + chunk * 32 / unitLength
        return nibble_activations(
            codes: codes, sums: sums + place, scales: scales + place, products: products + place)
    }
}
