/// What happened inside one layer's matrix products: the true counters, not an estimate.
public struct KernelReport: Hashable, Sendable {
    /// Events of one kind: how many, out of how many chances, and the worst.
    public struct Tally: Hashable, Sendable {
        /// How often it happened.
        public var count = 0
        /// How often it could have happened.
        public var total = 0
        /// The largest distance by which a value left its range, in the unit of that value.
        public var worstExcess = 0.0

        /// Nothing counted yet.
        public init() {}

        /// count ÷ total, or 0 if nothing could happen.
        public var fraction: Double { total == 0 ? 0 : Double(count) / Double(total) }

        /// Adds events without an excess.
        mutating func add(count: Int, total: Int) {
            self.count += count
            self.total += total
        }

        /// Adds the events of `other`.
        public mutating func add(_ other: Tally) {
            count += other.count
            total += other.total
            worstExcess = max(worstExcess, other.worstExcess)
        }
    }

    /// Activations beyond the range of their codes; the excess is in units of the activation.
    public var activationClips = Tally()
    /// Accumulation steps that left the register (Numerics §5.2); the excess is in units of the code products.
    public var accumulatorOverflows = Tally()
    /// The overflows by output channel; nil if there were none.
    public var channelOverflows: ChannelOverflows?
    /// Activations or outputs that are NaN or infinite.
    public var nonFiniteValues = Tally()

    /// An empty report.
    public init() {}

    /// Adds the events of `other`.
    public mutating func add(_ other: KernelReport) {
        activationClips.add(other.activationClips)
        accumulatorOverflows.add(other.accumulatorOverflows)
        nonFiniteValues.add(other.nonFiniteValues)
        guard let channels = other.channelOverflows else { return }
        if channelOverflows == nil { channelOverflows = channels } else { channelOverflows?.add(channels) }
    }
}
