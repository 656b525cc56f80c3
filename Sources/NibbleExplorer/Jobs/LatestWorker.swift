import Dispatch
import Foundation
import Synchronization

/// A thread of its own that runs the newest job it was given and forgets older ones.
///
/// Submitting cancels the job under way, so that a person who presses a key again never waits for the answer to
/// the key before. Jobs run off Swift's cooperative pool: two busy tasks there would hold up every other task.
final class LatestWorker: LaneWorker {
    private struct Slot {
        var pending: LaneWork?
        var running: LaneWork?
        var isStopped = false
    }

    private let slot = Mutex(Slot())
    private let signal = DispatchSemaphore(value: 0)

    /// Starts the thread, which sleeps until a job comes.
    init(name: String) {
        let thread = Thread { [self] in loop() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    func submit(_ work: LaneWork) {
        slot.withLock { slot in
            slot.running?.control.cancel()
            slot.pending?.control.cancel()
            slot.pending = work
        }
        signal.signal()
    }

    func control(of id: JobID) -> JobControl? {
        slot.withLock { slot in
            [slot.running, slot.pending].compactMap(\.self).first { $0.id == id }?.control
        }
    }

    func cancel(_ id: JobID) {
        slot.withLock { slot in
            if slot.running?.id == id { slot.running?.control.cancel() }
            if slot.pending?.id == id { slot.pending = nil }
        }
    }

    func stop() {
        slot.withLock { slot in
            slot.isStopped = true
            slot.running?.control.cancel()
            slot.pending = nil
        }
        signal.signal()
    }

    private func loop() {
        while true {
            signal.wait()
            let next = slot.withLock { slot in
                slot.running = slot.pending
                slot.pending = nil
                return slot.running
            }
            if let next { next.run(next.control) }
            let isStopped = slot.withLock { slot in
                slot.running = nil
                return slot.isStopped
            }
            if isStopped { return }
        }
    }
}
