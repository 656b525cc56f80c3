import NibbleTerminal
import Synchronization

/// Runs jobs in their lanes, off the main thread, and posts what comes of them.
final class JobRunner: Sendable {
    private let mailbox: Mailbox<ApplicationEvent>
    private let tools: JobTools
    private let workers = Mutex<[Lane: any LaneWorker]>([:])

    /// A runner that posts to `mailbox`; a lane's thread starts with its first job.
    init(mailbox: Mailbox<ApplicationEvent>, tools: JobTools) {
        self.mailbox = mailbox
        self.tools = tools
    }

    /// Does what the update asks for, and returns at once.
    func perform(_ effect: Effect) {
        switch effect {
        case .start(let id, let job): start(job, id)
        case .cancel(let id): workers.withLock { $0.values.forEach { $0.cancel(id) } }
        case .pause(let id): control(of: id)?.pause()
        case .resume(let id): control(of: id)?.resume()
        }
    }

    /// Ends all jobs and waits until what must be kept is written.
    func stop() {
        for worker in workers.withLock({ Array($0.values) }) { worker.stop() }
    }

    private func start(_ job: some Job, _ id: JobID) {
        let work = LaneWork(id: id, replaces: job.replaces) { [tools, mailbox] control in
            let post: @Sendable (JobMessage) -> Void = { message in
                mailbox.post(.job(message)) { waiting in
                    if case .job(let older) = waiting { older.isOutdated(by: message) } else { false }
                }
            }
            let heartbeat = job.title.map { _ in
                Heartbeat { post(JobMessage(id: id, content: .elapsed(seconds: $0))) }
            }
            defer { heartbeat?.stop() }
            job.perform(id, tools, control, post: post)
        }
        let lane = type(of: job).lane
        let worker = workers.withLock { workers in
            if let worker = workers[lane] { return worker }
            let worker = lane.makeWorker()
            workers[lane] = worker
            return worker
        }
        worker.submit(work)
    }

    private func control(of id: JobID) -> JobControl? {
        workers.withLock { $0.values.lazy.compactMap { $0.control(of: id) }.first }
    }
}
