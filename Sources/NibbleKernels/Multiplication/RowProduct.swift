/// One unpacked row of weights, multiplied with the codes of one token after the other.
final class RowProduct {
    private let segments: Segments
    private let accumulator: Accumulator
    private let kernels = InnerLoops.best
    /// The largest |w| · |a| · length that a segment of this product could reach, by the widths of the codes alone.
    private let isSafeByWidth: Bool
    private let codes: UnsafeMutableBufferPointer<Int16>
    private let groupScales: UnsafeMutableBufferPointer<Float>
    private let scales: UnsafeMutableBufferPointer<Float>
    private let groupMinima: UnsafeMutableBufferPointer<Float>
    private let minima: UnsafeMutableBufferPointer<Float>
    private let hasMinima: Bool
    /// Σ|w| of each segment: times the largest |a| it bounds every partial sum, in whatever order.
    private let magnitudes: UnsafeMutableBufferPointer<Int64>
    private let sums: UnsafeMutableBufferPointer<Int32>

    /// A row of `matrix`, not yet loaded.
    init(
        _ matrix: PackedMatrix, _ format: any IntegerCoded, segments: Segments, largestActivation: Int64
    ) {
        self.segments = segments
        accumulator = matrix.encoding.accumulator
        let bound = (Int64(segments.length) * largestActivation) << Int64(format.numberBits)
        isSafeByWidth = bound <= accumulator.range.upperBound
        codes = .allocate(capacity: max(matrix.layout.shape.columns + matrix.layout.paddingColumns, 1))
        codes.initialize(repeating: 0)
        hasMinima = format.hasMinima
        groupScales = .allocate(capacity: max(matrix.layout.unpackedGroupCount, 1))
        groupMinima = .allocate(capacity: max(matrix.layout.unpackedGroupCount, 1))
        minima = .allocate(capacity: max(segments.count, 1))
        scales = .allocate(capacity: max(segments.count, 1))
        magnitudes = .allocate(capacity: max(segments.count, 1))
        sums = .allocate(capacity: max(4 * segments.count, 1))
    }

    deinit {
        codes.deallocate()
        groupScales.deallocate()
        scales.deallocate()
        groupMinima.deallocate()
        minima.deallocate()
        magnitudes.deallocate()
        sums.deallocate()
    }

    /// Unpacks a row.
    func load(_ format: any IntegerCoded, _ matrix: PackedMatrix, row: Int) {
        matrix.withBytes(row: row) {
            format.unpack(
                row: $0, context: matrix.context, codes: codes, scales: groupScales, minima: groupMinima)
        }
        segments.spread(groupScales, over: scales)
        if hasMinima { segments.spread(groupMinima, over: minima) }
        guard !isSafeByWidth else { return }
        for segment in 0..<segments.count {
            var sum: Int64 = 0
            for column in segments.columns(of: segment) { sum &+= Int64(codes[column].magnitude) }
            magnitudes[segment] = sum
        }
    }

    /// The results of `count` tokens (1 or 4) are handed to `store` with their token.
    ///
    /// result = Σ over segments of (whole-number sum) · (weight scale · activation scale) and, where groups have minima, +
    /// (sum of the segment's activation codes · activation scale) · minimum, by fused multiply-add in the order of the columns.
    func multiply(
        _ tokens: QuantizedActivations, first: Int, count: Int, tally: inout KernelReport.Tally,
        store: (Int, Float) -> Void
    ) {
        tally.total += segments.columns * count
        let isSafe = (first..<first + count).allSatisfy { self.isSafe(tokens, token: $0) }
        guard let weights = codes.baseAddress, let target = sums.baseAddress, let scale = scales.baseAddress,
            let activations = tokens.codes(token: first)
        else { return }
        if isSafe {
            let loop = count == 4 ? kernels.pointee.dot_segments_4 : kernels.pointee.dot_segments
            loop(weights, activations, segments.columns, segments.length, target)
        } else {
            for offset in 0..<count {
                addSequentially(
                    tokens, token: first + offset, into: target + offset * segments.count, tally: &tally)
            }
        }
        for offset in 0..<count {
            guard let tokenScales = tokens.scales(token: first + offset),
                let tokenSums = tokens.codeSums(token: first + offset)
            else { return }
            let sum = kernels.pointee.scaled_sum(
                target + offset * segments.count, scale, tokenScales, tokenSums,
                hasMinima ? UnsafePointer(minima.baseAddress) : nil, segments.count)
            store(first + offset, sum)
        }
    }

    /// Whether no partial sum of this row and token can leave the accumulator.
    private func isSafe(_ tokens: QuantizedActivations, token: Int) -> Bool {
        isSafeByWidth || (0..<segments.count).allSatisfy { isSafe(tokens, token: token, segment: $0) }
    }

    private func isSafe(_ tokens: QuantizedActivations, token: Int, segment: Int) -> Bool {
        magnitudes[segment] * tokens.largestCode(token: token, segment: segment)
            <= accumulator.range.upperBound
    }

    /// One segment after the other: by the fast loop where no overflow is possible, else step by step.
    private func addSequentially(
        _ tokens: QuantizedActivations, token: Int, into target: UnsafeMutablePointer<Int32>,
        tally: inout KernelReport.Tally
    ) {
        guard let weights = codes.baseAddress, let activations = tokens.codes(token: token) else { return }
        for segment in 0..<segments.count {
            let columns = segments.columns(of: segment)
            let (w, a) = (weights + columns.lowerBound, activations + columns.lowerBound)
            if isSafe(tokens, token: token, segment: segment) {
                kernels.pointee.dot_segments(w, a, columns.count, columns.count, target + segment)
            } else {
                let sum = SimulatedRegister.sum(w, a, columns.count, accumulator, tally: &tally)
                target[segment] = Int32(truncatingIfNeeded: sum)
            }
        }
    }
}
