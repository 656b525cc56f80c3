import CNibbleKernels

/// Products of codes summed in the accumulator, for every format of whole numbers and every register.
///
/// Where Σ|w| · max|a| fits the accumulator, no partial sum can leave it and the plain loops run, in any order. Where it
/// doesn't, eight rows are added at once, one column after the other, each in a lane that is a register of its own.
struct IntegerProduct: Sendable {
    let matrix: PackedMatrix
    let format: any IntegerCoded
    let segments: Segments
    let tokens: QuantizedActivations
    let tokenCount: Int
    let accumulator: Accumulator
    let pool: WorkPool

    /// Takes the sums of a row's segments: the row, its index, the token.
    typealias Store = @Sendable (RowProduct, Int, Int, UnsafePointer<Int32>) -> Void

    private var columns: Int { matrix.shape.columns }
    private var rows: Int { matrix.shape.rows }
    /// Rows worth waking another thread for: about 2¹⁶ multiplications.
    private var rowsPerChunk: Int { max(8, (1 << 16) / max(columns * tokenCount, 1)) }
    /// Few tokens are multiplied while their row's codes are in the nearest cache; many tokens' codes are rather read
    /// once for eight rows.
    private var rowsTogether: Int { tokenCount > 4 ? NIBBLE_REGISTERS.asInt : 1 }

    /// Multiplies all rows with all tokens and adds what overflowed to the report.
    func run(_ report: inout KernelReport, store: Store) {
        let found = Guarded(Found(channels: ChannelOverflows(channelCount: rows)))
        let largest = tokens.largestCode
        pool.runRanges(total: rows, minimumLength: rowsPerChunk) { range in
            let group = RowGroup(self, channelCount: range.count, largestActivation: largest)
            let count = NIBBLE_REGISTERS.asInt
            for start in stride(from: range.lowerBound, to: range.upperBound, by: count) {
                multiply(group, start..<min(start + count, range.upperBound), store)
                group.addMarked(first: start, channel: start - range.lowerBound, store)
            }
            found.withLock { $0.add(group.found, at: range.lowerBound) }
        }
        let all = found.withLock { $0 }
        report.accumulatorOverflows.add(all.tally)
        report.accumulatorOverflows.total += rows * columns * tokenCount
        if all.tally.count > 0 { report.channelOverflows = all.channels }
    }

    /// The products of up to eight rows that cannot overflow; the others are marked.
    private func multiply(_ group: RowGroup, _ range: Range<Int>, _ store: Store) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: rowsTogether) {
            let part = start..<min(start + rowsTogether, range.upperBound)
            for index in part { group.rows[index - range.lowerBound].load(format, matrix, row: index) }
            for first in stride(from: 0, to: tokenCount, by: 4) {
                for index in part {
                    multiplySafely(group, place: index - range.lowerBound, index, first: first, store)
                }
            }
        }
    }

    /// Up to four tokens from `first` on, together if there are four and none can overflow.
    private func multiplySafely(_ group: RowGroup, place: Int, _ index: Int, first: Int, _ store: Store) {
        let count = min(4, tokenCount - first)
        let row = group.rows[place]
        let bounds = (0..<count).map { row.bound(tokens, token: first + $0) }
        if count == 4 && bounds.allSatisfy({ $0 == nil }) {
            return row.multiply(tokens, first: first, count: 4) { store(row, index, $0, $1) }
        }
        for (offset, bound) in bounds.enumerated() {
            if let bound {
                group.mark(place: place, token: first + offset, bound: bound)
            } else {
                row.multiply(tokens, first: first + offset, count: 1) { store(row, index, $0, $1) }
            }
        }
    }

    /// Overflows, in the channels of one range or of all.
    struct Found: Sendable {
        var tally = KernelReport.Tally()
        var channels: ChannelOverflows

        /// Adds what was found in the channels from `first` on.
        mutating func add(_ other: Found, at first: Int) {
            tally.add(other.tally)
            channels.peak = max(channels.peak, other.channels.peak)
            channels.bound = max(channels.bound, other.channels.bound)
            for (channel, count) in other.channels.counts.enumerated() {
                channels.counts[first + channel] += count
            }
        }
    }
}

extension Int32 {
    /// A constant of C as a count.
    var asInt: Int { Int(self) }
}
