/// One unpacked row of weights, multiplied with the codes of one token after the other.
final class RowProduct {
    private let segments: Segments
    private let accumulator: Accumulator
    private let kernels = InnerLoops.best
    /// The largest |w| · |a| · length that a segment of this product could reach, by the widths of the codes alone.
    private let isSafeByWidth: Bool
    /// Room for the unpacked row, of whoever makes this.
    private let codes: UnsafeMutableBufferPointer<Int16>
    private let groupScales: UnsafeMutableBufferPointer<Float>
    private let scales: UnsafeMutableBufferPointer<Float>
    private let groupMinima: UnsafeMutableBufferPointer<Float>
    private let minima: UnsafeMutableBufferPointer<Float>
    private let hasMinima: Bool
    /// Σ|w| of each segment: times the largest |a| it bounds every partial sum, in whatever order.
    private let magnitudes: UnsafeMutableBufferPointer<Int64>
    private let sums: UnsafeMutableBufferPointer<Int32>

    /// A row of `matrix`, not yet loaded; `codes` has room for its columns and padding columns.
    init(
        _ matrix: PackedMatrix, _ format: any IntegerCoded, segments: Segments, accumulator: Accumulator,
        largestActivation: Int64, codes: UnsafeMutableBufferPointer<Int16>
    ) {
        self.codes = codes
        self.segments = segments
        self.accumulator = accumulator
        let bound = (Int64(segments.length) * largestActivation) << Int64(format.numberBits)
        isSafeByWidth = bound <= accumulator.range.upperBound
        hasMinima = format.hasMinima
        groupScales = .allocate(capacity: max(matrix.layout.unpackedGroupCount, 1))
        groupMinima = .allocate(capacity: max(matrix.layout.unpackedGroupCount, 1))
        minima = .allocate(capacity: max(segments.count, 1))
        scales = .allocate(capacity: max(segments.count, 1))
        magnitudes = .allocate(capacity: max(segments.count, 1))
        sums = .allocate(capacity: max(4 * segments.count, 1))
    }

    deinit {
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
        guard let start = codes.baseAddress, let target = magnitudes.baseAddress else { return }
        InnerLoops.registers.pointee.magnitude_sums(start, segments.columns, segments.length, target)
    }

    /// The greatest Σ|w| · max|a| of a segment, if it is beyond the accumulator: a sum may overflow; nil if none can.
    func bound(_ tokens: QuantizedActivations, token: Int) -> Int64? {
        guard !isSafeByWidth else { return nil }
        var bound: Int64 = 0
        for segment in 0..<segments.count {
            bound = max(bound, magnitudes[segment] * tokens.largestCode(token: token, segment: segment))
        }
        return bound > accumulator.range.upperBound ? bound : nil
    }

    /// The sums of `count` tokens (1 or 4) of which none can overflow, handed to `store` with their token.
    func multiply(
        _ tokens: QuantizedActivations, first: Int, count: Int,
        store: (Int, UnsafePointer<Int32>) -> Void
    ) {
        guard let weights = codes.baseAddress, let target = sums.baseAddress,
            let activations = tokens.codes(token: first)
        else { return }
        let loop = count == 4 ? kernels.pointee.dot_segments_4 : kernels.pointee.dot_segments
        loop(weights, activations, segments.columns, segments.length, target)
        for offset in 0..<count { store(first + offset, target + offset * segments.count) }
    }

    /// result = Σ over segments of (whole-number sum) · (weight scale · activation scale) and, where groups have minima, +
    /// (sum of the segment's activation codes · activation scale) · minimum, by fused multiply-add in the order of the columns.
    func scaled(_ sums: UnsafePointer<Int32>, _ tokens: QuantizedActivations, token: Int) -> Float {
        guard let scale = scales.baseAddress, let tokenScales = tokens.scales(token: token),
            let tokenSums = tokens.codeSums(token: token)
        else { return 0 }
        return kernels.pointee.scaled_sum(
            sums, scale, tokenScales, tokenSums, hasMinima ? UnsafePointer(minima.baseAddress) : nil,
            segments.count)
    }
}
