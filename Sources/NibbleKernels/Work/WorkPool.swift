import Dispatch
import Synchronization

/// Threads that share chunks of work: whoever is free takes the next one.
///
/// Results do not depend on the number of threads, as each chunk writes its own part.
public struct WorkPool: Sendable {
    /// How many threads work at the same time, at least one, at most ``largestThreadCount``.
    public let threadCount: Int
    /// The most threads that a pool has.
    public static let largestThreadCount = 1024
    private let team: WorkerTeam?

    /// A pool of `threadCount` threads; more threads than cores only wait for each other.
    public init(threadCount: Int) {
        self.threadCount = min(max(1, threadCount), Self.largestThreadCount)
        team = self.threadCount > 1 ? WorkerTeam(helperCount: self.threadCount - 1) : nil
    }

    /// A pool of a number of threads that somebody asked for.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` for fewer than one, or for more than the machine has cores.
    public init(checkedThreadCount threadCount: Int) throws(KernelError) {
        let cores = ProcessorCount.active
        guard threadCount > 0, threadCount <= cores else {
            let answer = cores == 1 ? "this machine has one core" : "this machine has \(cores) cores"
            throw .unsupported(
                "\(threadCount) threads cannot share the work: \(answer), so ask for 1"
                    + (cores == 1 ? "." : " to \(cores)."))
        }
        self.init(threadCount: threadCount)
    }

    /// As many threads as the processor has cores.
    public static let shared = WorkPool(threadCount: ProcessorCount.active)

    /// Calls `body` once for each of 0 ..< count and returns when all are done.
    ///
    /// While one job of this pool is under way, others (from another thread, or from within a chunk) are shared among the
    /// system's threads instead.
    public func run(count: Int, _ body: @Sendable (Int) -> Void) {
        guard let team, count > 1 else {
            for index in 0..<count { body(index) }
            return
        }
        if !team.run(count: count, body) { runOnSystemThreads(count: count, body) }
    }

    private func runOnSystemThreads(count: Int, _ body: @Sendable (Int) -> Void) {
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threadCount, count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
    }

    /// The results of `body` for each of 0 ..< count, in order.
    func map<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        // Also where there is nothing to do: all empty arrays share one memory, which a count of zero would be written to.
        guard count > 0 else { return [] }
        return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            let results = Results(start: start)
            run(count: count) { index in (results.start + index).initialize(to: body(index)) }
            initialized = count
        }
    }

    private struct Results<Element>: @unchecked Sendable { let start: UnsafeMutablePointer<Element> }

    /// Cuts 0 ..< total into ranges of about equal length, several for each thread, and calls `body` for each.
    func runRanges(total: Int, minimumLength: Int, _ body: @Sendable (Range<Int>) -> Void) {
        guard total > 0 else { return }
        let length = max(minimumLength, (total + threadCount * 8 - 1) / (threadCount * 8))
        run(count: (total + length - 1) / length) { chunk in
            body(chunk * length..<min((chunk + 1) * length, total))
        }
    }
}
