import Dispatch
import Foundation
import NibbleKernels
import Synchronization

/// A thread of its own that runs the newest piece of work it was given and forgets older ones.
///
/// Submitting cancels the work under way, so that a person who presses a key again never waits for the answer to
/// the key before. Work runs off Swift's cooperative pool: two busy tasks there would hold up every other task.
final class LatestWinsWorker: Sendable {
    typealias Work = @Sendable (Cancellation) -> Void

    private struct Slot {
        var pending: (work: Work, cancellation: Cancellation)?
        var running: Cancellation?
        var isStopped = false
    }

    private let slot = Mutex(Slot())
    private let signal = DispatchSemaphore(value: 0)

    /// Starts the thread, which sleeps until work comes.
    init(name: String) {
        let thread = Thread { [self] in loop() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Replaces whatever waits or runs by `work`.
    func submit(_ work: @escaping Work) {
        slot.withLock { slot in
            slot.running?.cancel()
            slot.pending?.cancellation.cancel()
            slot.pending = (work, Cancellation())
        }
        signal.signal()
    }

    /// Asks the work that waits or runs to end.
    func cancel() {
        slot.withLock { slot in
            slot.running?.cancel()
            slot.pending = nil
        }
    }

    /// Cancels and lets the thread end.
    func stop() {
        slot.withLock { slot in
            slot.isStopped = true
            slot.running?.cancel()
            slot.pending = nil
        }
        signal.signal()
    }

    private func loop() {
        while true {
            signal.wait()
            let next = slot.withLock { slot -> (work: Work, cancellation: Cancellation)? in
                let next = slot.pending
                slot.pending = nil
                slot.running = next?.cancellation
                return next
            }
            if let next { next.work(next.cancellation) }
            let isStopped = slot.withLock { slot -> Bool in
                slot.running = nil
                return slot.isStopped
            }
            if isStopped { return }
        }
    }
}
