import Dispatch
import Foundation
import NibbleKernels
import NibbleTerminal
import Synchronization
import Testing

@testable import NibbleExplorer

@Suite struct JobTests {
    private func work(
        _ number: Int, replaces: String? = nil, _ run: @escaping @Sendable (JobControl) -> Void
    ) -> LaneWork {
        LaneWork(id: JobID(number: number), replaces: replaces, run: run)
    }

    @Test func newWorkCancelsTheWorkUnderWay() {
        let worker = LatestWorker(name: "test")
        defer { worker.stop() }
        let started = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)
        let wasCancelled = Mutex(false)
        worker.submit(
            work(1) { control in
                started.signal()
                while !control.cancellation.isCancelled { usleep(500) }
                wasCancelled.withLock { $0 = true }
            })
        started.wait()
        worker.submit(work(2) { _ in finished.signal() })
        finished.wait()
        #expect(wasCancelled.withLock { $0 })
    }

    @Test func ofWaitingWorkOnlyTheNewestRuns() {
        let worker = LatestWorker(name: "test")
        defer { worker.stop() }
        let started = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)
        let ran = Mutex<[Int]>([])
        worker.submit(
            work(0) { _ in
                started.signal()
                gate.wait()
            })
        started.wait()
        for number in 1...5 {
            worker.submit(
                work(number) { _ in
                    ran.withLock { $0.append(number) }
                    finished.signal()
                })
        }
        gate.signal()
        finished.wait()
        #expect(ran.withLock { $0 } == [5])
    }

    @Test func aQueueKeepsOrderAndSkipsWhatIsReplacedAndEndsWhenAllIsWritten() {
        let worker = QueuedWorker(name: "test", isFinishedAtEnd: true)
        let gate = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let written = Mutex<[Int]>([])
        worker.submit(
            work(0) { _ in
                started.signal()
                gate.wait()
            })
        started.wait()
        for number in 1...3 {
            worker.submit(work(number, replaces: "same") { _ in written.withLock { $0.append(number) } })
        }
        worker.submit(work(9) { _ in written.withLock { $0.append(9) } })
        gate.signal()
        worker.stop()
        #expect(written.withLock { $0 } == [3, 9])
    }

    @Test func aQueuedJobIsPausedResumedAndCancelled() {
        let worker = QueuedWorker(name: "test", isFinishedAtEnd: false)
        defer { worker.stop() }
        let steps = Mutex<[String]>([])
        let stepped = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let count = Atomic<Int>(0)
        worker.submit(
            work(1) { control in
                while (try? control.checkpoint()) != nil {
                    count.add(1, ordering: .relaxed)
                    stepped.signal()
                    usleep(200)
                }
                steps.withLock { $0.append("cancelled") }
                ended.signal()
            })
        worker.submit(work(2) { _ in ended.signal() })
        stepped.wait()
        let control = worker.control(of: JobID(number: 1))
        #expect(worker.control(of: JobID(number: 2)) != nil, "it waits for the first")
        control?.pause()
        // One step may be under way; then it stands still.
        usleep(20_000)
        let paused = count.load(ordering: .relaxed)
        usleep(20_000)
        #expect(count.load(ordering: .relaxed) == paused)
        control?.resume()
        while count.load(ordering: .relaxed) == paused { usleep(200) }
        control?.pause()
        worker.cancel(JobID(number: 1))
        ended.wait()
        ended.wait()
        #expect(steps.withLock { $0 } == ["cancelled"])
    }

    @Test func aWaitingJobThatIsCancelledNeverRuns() {
        let worker = QueuedWorker(name: "test", isFinishedAtEnd: true)
        let gate = DispatchSemaphore(value: 0)
        let ran = Mutex<[Int]>([])
        worker.submit(work(1) { _ in gate.wait() })
        for number in 2...3 { worker.submit(work(number) { _ in ran.withLock { $0.append(number) } }) }
        worker.cancel(JobID(number: 2))
        gate.signal()
        worker.stop()
        #expect(ran.withLock { $0 } == [3])
    }

    @Test func aWaitEndsWithTheJob() {
        let control = JobControl()
        control.cancel()
        #expect(throws: KernelError.cancelled) { try control.wait(milliseconds: 1_000_000) }
    }

    // MARK: Jobs and the state

    /// A job that waits in a queue and reports numbers.
    private struct CountingJob: Job {
        static let lane = Lane.queued("counting")
        let name: String
        var title: String? { name }

        func run(_ tools: JobTools, _ desk: JobDesk<Int>) throws {
            for number in 1...3 {
                try desk.control.checkpoint()
                desk.show(name, share: Double(number) / 3)
                desk.report(number)
            }
        }

        func receive(_ report: Int, _ state: inout ApplicationState) { state.inform("\(name) \(report)") }

        func end(_ problem: String?, _ state: inout ApplicationState) { state.inform("\(name) ended") }
    }

    @Test func theHeaderShowsEveryJobUnderWay() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        driver.holdsComparisons = true
        driver.press("enter")
        driver.state.start(CountingJob(name: "training"))
        driver.state.start(CountingJob(name: "exporting"))
        driver.state.effects = []
        #expect(driver.screen.contains("⠿ encoding · training · exporting"))
        let id = try #require(driver.state.jobs.entries.last?.id)
        driver.send(.job(JobMessage(id: id, content: .status(JobStatus(title: "exporting", share: 0.25)))))
        #expect(driver.screen.contains("exporting 25.0%"))
        driver.state.endRun()
        driver.state.cancelJobs(in: CountingJob.lane)
        #expect(!driver.screen.contains("⠿"))
        driver.report(7, of: CountingJob(name: "exporting"), id)
        #expect(driver.state.notice == nil, "what a cancelled job reports is dropped")
    }

    @Test func aRunnerPostsWhatAJobReportsAndNothingOfACancelledOne() throws {
        var state = ApplicationState(theme: .builtIn, themes: [.builtIn], isMouseEnabled: false)
        let mailbox = Mailbox<ApplicationEvent>(waker: Waker())
        let runner = JobRunner(mailbox: mailbox, tools: ExplorerFixture.makeTools())
        state.start(CountingJob(name: "one"))
        state.start(CountingJob(name: "two"))
        let effects = state.effects
        for effect in effects { runner.perform(effect) }
        var messages: [ApplicationEvent] = []
        while !state.jobs.entries.isEmpty {
            let taken = mailbox.takeAll()
            messages += taken
            for message in taken { _ = state.update(message) }
        }
        #expect(state.notice?.text == "two ended")
        runner.stop()
        let control = JobControl()
        control.cancel()
        let posted = Mutex(0)
        CountingJob(name: "three").perform(JobID(number: 9), ExplorerFixture.makeTools(), control) { _ in
            posted.withLock { $0 += 1 }
        }
        #expect(posted.withLock { $0 } == 0)
    }

    @Test func whatWasWantedIsAskedForOnceAndOlderAnswersAreDropped() {
        var wanted = Wanted<Int, String>()
        let asked = [wanted.request(1), wanted.request(1), wanted.request(2)]
        #expect(asked == [true, false, true] && wanted.state == .running)
        wanted.receive("one", of: 1)
        wanted.end("It failed.", of: 1)
        #expect(wanted.value == nil && wanted.state == .running)
        wanted.receive("two", of: 2)
        wanted.end(nil, of: 2)
        #expect(wanted.value == "two" && wanted.state == .ended)
        let isNew = wanted.request(3)
        #expect(isNew && wanted.value == "two", "the old stays until something new comes")
        wanted.stop()
        #expect(wanted.state == .stopped)
        wanted.end("It failed.", of: 3)
        #expect(wanted.state.problem == "It failed.")
    }
}
