import Dispatch
import Synchronization

/// Writes files one after the other on a thread of its own; of the writes that replace each other only the last.
final class SerialWriter: Sendable {
    private let queue = DispatchQueue(label: "nibble.writer")
    private let newest = Mutex<(@Sendable () -> Void)?>(nil)

    /// Does `work` after what was given before.
    func append(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    /// Does `work` instead of the work that was last given here and hasn't begun.
    func replace(with work: @escaping @Sendable () -> Void) {
        let isWaiting = newest.withLock { newest in
            defer { newest = work }
            return newest != nil
        }
        guard !isWaiting else { return }
        queue.async { [self] in
            let work = newest.withLock { newest in
                defer { newest = nil }
                return newest
            }
            work?()
        }
    }

    /// Waits until everything is written.
    func finish() { queue.sync {} }
}
