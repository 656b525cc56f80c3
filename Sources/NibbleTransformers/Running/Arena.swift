/// The numbers between a network's products, kept from one chunk of tokens to the next: fresh memory for each would cost more
/// than many of the steps that fill it.
final class Arena {
    /// What a buffer holds; parts that never hold numbers at the same time share one.
    enum Slot: Int, CaseIterable, Sendable {
        /// The residual stream, what norms and branches make of it, and the sum of parallel branches.
        case hidden, normalized, change, sum
        /// Attention.
        case queries, keys, values, mixed
        /// Feed-forward.
        case gate, up
        /// Scores of experts, the tokens that one expert reads, and what it gives.
        case scores, gathered, expert
    }

    private let buffers = Slot.allCases.map { _ in FloatBuffer() }

    /// `count` numbers, whatever they were before; valid until more are asked for in the same slot.
    func numbers(_ slot: Slot, _ count: Int) -> UnsafeMutableBufferPointer<Float> {
        buffers[slot.rawValue].numbers(count)
    }

    /// Bytes that it holds.
    var byteCount: Int { buffers.reduce(0) { $0 + $1.byteCount } }
}

/// How many numbers each slot of an ``Arena`` has to hold.
public struct WorkSpace: Hashable, Sendable {
    private var counts: [Arena.Slot: Int] = [:]

    /// Raises a slot to `rows` × `columns` numbers; beyond counting stays `Int.max`.
    mutating func reserve(_ slot: Arena.Slot, _ rows: Int, _ columns: Int) {
        let (product, overflows) = rows.multipliedReportingOverflow(by: columns)
        counts[slot] = max(counts[slot] ?? 0, overflows ? .max : product)
    }

    /// Bytes of all slots; `Int.max` if that is beyond counting.
    public var byteCount: Int {
        counts.values.reduce(0) { sum, count in
            let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
            let (total, overflows) = sum.addingReportingOverflow(bytes)
            return isTooLarge || overflows ? .max : total
        }
    }
}

/// Memory that grows when more numbers are asked for.
private final class FloatBuffer {
    private var memory = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

    deinit { memory.deallocate() }

    var byteCount: Int { memory.count * MemoryLayout<Float>.stride }

    func numbers(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
        if memory.count < count {
            memory.deallocate()
            memory = .allocate(capacity: count)
            memory.initialize(repeating: 0)
        }
        return UnsafeMutableBufferPointer(rebasing: memory[..<count])
    }
}
