/// A signed register of limited width that products are added to one after the other.
///
/// An overflow is a step at which the register's content (already wrapped or saturated) plus the product leaves the
/// range (Numerics §5.2). Wrapped sums don't depend on the order, saturated ones do: products come from left to right.
/// The kernels add to eight registers at once; this is the plain twin.
struct SimulatedRegister {
    private let accumulator: Accumulator
    private let lowest: Int64
    private let highest: Int64
    /// What the register holds.
    private(set) var content: Int64 = 0
    /// The sum in a register without limits.
    private var exact: Int64 = 0
    /// The exact partial sum that needs the widest register: the greatest x ≥ 0 or −x − 1 for x < 0.
    private(set) var peak: Int64 = 0

    /// An empty register.
    init(_ accumulator: Accumulator) {
        self.accumulator = accumulator
        lowest = accumulator.range.lowerBound
        highest = accumulator.range.upperBound
    }

    /// Adds one product and counts an overflow.
    @inline(__always)
    mutating func add(_ product: Int64, tally: inout KernelReport.Tally) {
        exact += product
        peak = max(peak, exact < 0 ? ~exact : exact)
        let next = content + product
        if next >= lowest && next <= highest {
            content = next
            return
        }
        tally.count += 1
        let excess = next > highest ? next - highest : lowest - next
        tally.worstExcess = max(tally.worstExcess, Double(excess))
        switch accumulator.overflow {
        case .saturate: content = next > highest ? highest : lowest
        case .wrap:
            // The low bits, with the highest of them as sign.
            let unused = Int64(64 - accumulator.bits)
            content = (next << unused) >> unused
        }
    }

    /// The content after adding Σ weights[i] · activations[i] from left to right.
    static func sum(
        _ weights: UnsafePointer<Int16>, _ activations: UnsafePointer<Int16>, _ count: Int,
        _ accumulator: Accumulator, tally: inout KernelReport.Tally
    ) -> Int64 {
        var register = SimulatedRegister(accumulator)
        for index in 0..<count {
            register.add(Int64(weights[index]) * Int64(activations[index]), tally: &tally)
        }
        return register.content
    }
}
