import CNibbleKernels

/// Eight unpacked rows, and the products of theirs that may overflow.
final class RowGroup {
    /// The rows, their codes one behind the other.
    let rows: [RowProduct]
    /// What overflowed in the rows from the first of a range on.
    private(set) var found: IntegerProduct.Found
    private let product: IntegerProduct
    private let kernels = InnerLoops.registers
    private let stride: Int
    private let codes: UnsafeMutableBufferPointer<Int16>
    private let sums: UnsafeMutableBufferPointer<Int32>
    /// The codes of all rows column by column, made where an overflow is possible.
    private var lanes: UnsafeMutableBufferPointer<Int16>?
    /// For each token the rows whose sums may overflow, one bit each, and the greatest bound of these sums.
    private var marks: [(places: UInt8, bound: Int64)]
    private var isMarked = false

    /// Rows of a product, not yet loaded, for a range of `channelCount` rows.
    init(_ product: IntegerProduct, channelCount: Int, largestActivation: Int64) {
        self.product = product
        found = .init(channels: ChannelOverflows(channelCount: channelCount))
        let count = NIBBLE_REGISTERS.asInt
        stride = max(product.matrix.shape.columns + product.matrix.layout.paddingColumns, 1)
        codes = .allocate(capacity: count * stride)
        codes.initialize(repeating: 0)
        sums = .allocate(capacity: count * max(product.segments.count, 1))
        marks = Array(repeating: (0, 0), count: product.tokenCount)
        rows = (0..<count).map { [codes, stride] place in
            RowProduct(
                product.matrix, product.format, segments: product.segments,
                accumulator: product.accumulator, largestActivation: largestActivation,
                codes: UnsafeMutableBufferPointer(rebasing: codes[place * stride..<(place + 1) * stride]))
        }
    }

    deinit {
        codes.deallocate()
        sums.deallocate()
        lanes?.deallocate()
    }

    /// Notes that the sums of a row and a token may overflow.
    func mark(place: Int, token: Int, bound: Int64) {
        isMarked = true
        marks[token].places |= 1 << UInt8(place)
        marks[token].bound = max(marks[token].bound, bound)
    }

    /// Adds what was marked in simulated registers; `first` is the index of the first row, `channel` its place in the range.
    func addMarked(first: Int, channel: Int, _ store: IntegerProduct.Store) {
        guard isMarked else { return }
        let lanes = self.lanes ?? .allocate(capacity: NIBBLE_REGISTERS.asInt * stride)
        self.lanes = lanes
        guard let source = codes.baseAddress, let target = lanes.baseAddress else { return }
        kernels.pointee.interleave_rows(source, stride, product.segments.columns, target)
        for token in marks.indices where marks[token].places != 0 {
            add(target, token: token, first: first, channel: channel, store)
            marks[token] = (0, 0)
        }
        isMarked = false
    }

    private func add(
        _ lanes: UnsafePointer<Int16>, token: Int, first: Int, channel: Int, _ store: IntegerProduct.Store
    ) {
        guard let activations = product.tokens.codes(token: token), let target = sums.baseAddress else {
            return
        }
        let (places, bound) = marks[token]
        let (segments, accumulator) = (product.segments, product.accumulator)
        let isNarrow = accumulator.bits <= 24 && bound <= Int64(Int32.max)
        var events = nibble_register_events()
        kernels.pointee.add_products(
            lanes, activations, segments.columns, segments.length, Int32(accumulator.bits),
            accumulator.overflow == .saturate ? 1 : 0, isNarrow ? 1 : 0, target, &events)
        found.channels.bound = max(found.channels.bound, bound)
        for place in rows.indices where places & 1 << UInt8(place) != 0 {
            count(events, place: place, channel: channel + place)
            store(rows[place], first + place, token, target + place * segments.count)
        }
    }

    private func count(_ events: nibble_register_events, place: Int, channel: Int) {
        let (count, excess, peak) = withUnsafeBytes(of: events) { bytes in
            let fields = bytes.bindMemory(to: Int64.self)
            let lanes = NIBBLE_REGISTERS.asInt
            return (fields[place], fields[lanes + place], fields[2 * lanes + place])
        }
        found.tally.count += Int(count)
        found.tally.worstExcess = max(found.tally.worstExcess, Double(excess))
        found.channels.counts[channel] += Int(count)
        found.channels.peak = max(found.channels.peak, peak)
    }
}
