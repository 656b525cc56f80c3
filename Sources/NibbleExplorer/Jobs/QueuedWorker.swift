import Dispatch
import Foundation
import Synchronization

/// A thread of its own that runs jobs one after the other, each to its end.
final class QueuedWorker: LaneWorker {
    private struct Queue {
        var waiting: [LaneWork] = []
        var running: LaneWork?
        var isStopped = false
    }

    private let queue = Mutex(Queue())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isFinishedAtEnd: Bool

    /// Starts the thread, which sleeps until a job comes.
    init(name: String, isFinishedAtEnd: Bool) {
        self.isFinishedAtEnd = isFinishedAtEnd
        let thread = Thread { [self] in loop() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    func submit(_ work: LaneWork) {
        queue.withLock { queue in
            let place = queue.waiting.firstIndex { $0.replaces != nil && $0.replaces == work.replaces }
            if let place {
                queue.waiting[place] = work
            } else {
                queue.waiting.append(work)
            }
        }
        signal.signal()
    }

    func control(of id: JobID) -> JobControl? {
        queue.withLock { queue in
            (queue.waiting + [queue.running].compactMap(\.self)).first { $0.id == id }?.control
        }
    }

    func cancel(_ id: JobID) {
        queue.withLock { queue in
            if queue.running?.id == id { queue.running?.control.cancel() }
            queue.waiting.removeAll { $0.id == id }
        }
    }

    func stop() {
        queue.withLock { queue in
            queue.isStopped = true
            let all = queue.waiting + [queue.running].compactMap(\.self)
            for work in all { if isFinishedAtEnd { work.control.resume() } else { work.control.cancel() } }
            if !isFinishedAtEnd { queue.waiting = [] }
        }
        signal.signal()
        if isFinishedAtEnd { ended.wait() }
    }

    private func loop() {
        while true {
            signal.wait()
            while let next = takeNext() { next.run(next.control) }
            guard queue.withLock({ $0.isStopped && $0.waiting.isEmpty }) else { continue }
            ended.signal()
            return
        }
    }

    private func takeNext() -> LaneWork? {
        queue.withLock { queue in
            queue.running = queue.waiting.isEmpty ? nil : queue.waiting.removeFirst()
            return queue.running
        }
    }
}
