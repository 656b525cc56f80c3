import CNibbleKernels

/// One unpacked row of weights, multiplied with the codes of one token after the other.
struct RowProduct {
    private let segments: Segments
    private let accumulator: Accumulator
    private var codes: [Int16]
    private var scales: [Float]
    /// Σ|w| of each segment: times the largest |a| it bounds every partial sum.
    private var magnitudes: [Int64]
    private let kernels = nibble_kernels().pointee

    init(columns: Int, groups: Int, segments: Segments, accumulator: Accumulator) {
        self.segments = segments
        self.accumulator = accumulator
        codes = [Int16](repeating: 0, count: columns)
        scales = [Float](repeating: 0, count: max(groups, 1))
        magnitudes = [Int64](repeating: 0, count: segments.count)
    }

    /// Unpacks a row.
    mutating func load(_ format: any IntegerCoded, _ matrix: PackedMatrix, row: Int) {
        codes.withUnsafeMutableBufferPointer { codes in
            scales.withUnsafeMutableBufferPointer { scales in
                format.unpack(row: matrix.bytes(row: row), context: matrix.context, codes: codes, scales: scales)
            }
        }
        for segment in magnitudes.indices {
            magnitudes[segment] = codes[segments.columns(of: segment)].reduce(0) { $0 + Int64($1.magnitude) }
        }
    }

    /// Σ over segments of (whole-number sum) × weight scale × activation scale, in f32, from left to right.
    func multiply(_ tokens: QuantizedActivations, token: Int, tally: inout KernelReport.Tally) -> Float {
        let activations = tokens.codes(token: token)
        let activationScales = tokens.scales(token: token)
        var sum: Float = 0
        for segment in magnitudes.indices {
            let range = segments.columns(of: segment)
            let whole = segmentSum(segment, range, activations + range.lowerBound, tally: &tally)
            let scale = scales[range.lowerBound / segments.groupSize] * activationScales[range.lowerBound / segments.blockSize]
            sum += Float(whole) * scale
        }
        tally.total += segments.columns
        return sum
    }

    private func segmentSum(
        _ segment: Int, _ range: Range<Int>, _ activations: UnsafePointer<Int16>, tally: inout KernelReport.Tally
    ) -> Int64 {
        codes.withUnsafeBufferPointer { codes in
            let weights = codes.baseAddress! + range.lowerBound
            let largest = Self.largestMagnitude(activations, range.count)
            // No partial sum can exceed this bound, in whatever order it is summed.
            guard magnitudes[segment] * largest > accumulator.range.upperBound else {
                return Int64(kernels.dot_i16(weights, activations, range.count))
            }
            return Self.sequentialSum(weights, activations, range.count, accumulator, tally: &tally)
        }
    }

    private static func largestMagnitude(_ codes: UnsafePointer<Int16>, _ count: Int) -> Int64 {
        var largest: UInt16 = 0
        for index in 0..<count { largest = max(largest, codes[index].magnitude) }
        return Int64(largest)
    }

    /// The plain sum in a register of limited width, from left to right, counting every step that leaves it.
    ///
    /// An overflow is a step at which the register's content (already wrapped or saturated) plus the product leaves the
    /// range (NUMERICS §5.2). A product that is added to a 32-bit register is exact.
    static func sequentialSum(
        _ weights: UnsafePointer<Int16>, _ activations: UnsafePointer<Int16>, _ count: Int, _ accumulator: Accumulator,
        tally: inout KernelReport.Tally
    ) -> Int64 {
        let range = accumulator.range
        let period = Int64(1) << Int64(accumulator.bits)
        var register: Int64 = 0
        for index in 0..<count {
            let next = register + Int64(weights[index]) * Int64(activations[index])
            guard next < range.lowerBound || next > range.upperBound else {
                register = next
                continue
            }
            tally.count += 1
            let excess = next > range.upperBound ? next - range.upperBound : range.lowerBound - next
            tally.worstExcess = max(tally.worstExcess, Double(excess))
            switch accumulator.overflow {
            case .saturate: register = next > 0 ? range.upperBound : range.lowerBound
            case .wrap: register = ((next - range.lowerBound) % period + period) % period + range.lowerBound
            }
        }
        return register
    }
}
