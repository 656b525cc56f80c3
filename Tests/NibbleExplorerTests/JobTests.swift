import Dispatch
import Foundation
import NibbleKernels
import Synchronization
import Testing

@testable import NibbleExplorer

@Suite struct JobTests {
    @Test func newWorkCancelsTheWorkUnderWay() {
        let worker = LatestWinsWorker(name: "test")
        defer { worker.stop() }
        let started = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)
        let wasCancelled = Mutex(false)
        worker.submit { cancellation in
            started.signal()
            while !cancellation.isCancelled { usleep(500) }
            wasCancelled.withLock { $0 = true }
        }
        started.wait()
        worker.submit { _ in finished.signal() }
        finished.wait()
        #expect(wasCancelled.withLock { $0 })
    }

    @Test func ofWaitingWorkOnlyTheNewestRuns() {
        let worker = LatestWinsWorker(name: "test")
        defer { worker.stop() }
        let started = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)
        let ran = Mutex<[Int]>([])
        worker.submit { _ in
            started.signal()
            gate.wait()
        }
        started.wait()
        for number in 1...5 {
            worker.submit { _ in
                ran.withLock { $0.append(number) }
                finished.signal()
            }
        }
        gate.signal()
        finished.wait()
        #expect(ran.withLock { $0 } == [5])
    }

    @Test func aWriterKeepsOrderAndSkipsWhatIsReplaced() {
        let writer = SerialWriter()
        let gate = DispatchSemaphore(value: 0)
        let written = Mutex<[Int]>([])
        writer.append { gate.wait() }
        for number in 1...3 { writer.replace { written.withLock { $0.append(number) } } }
        writer.append { written.withLock { $0.append(9) } }
        gate.signal()
        writer.finish()
        #expect(written.withLock { $0 } == [3, 9])
    }
}
