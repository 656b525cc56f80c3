/// Jobs that take turns on one thread, and how.
struct Lane: Hashable, Sendable {
    /// Who runs when there are several.
    enum Order: Sendable {
        /// The newest; those before it are cancelled.
        case latest
        /// One after the other, each to its end.
        case queued
    }

    let name: String
    let order: Order
    /// Whether the program waits at its end until the lane's jobs are done, because they write files.
    var isFinishedAtEnd = false

    /// A lane in which the newest job wins.
    static func latest(_ name: String) -> Lane { Lane(name: name, order: .latest) }

    /// A lane in which jobs wait for each other.
    static func queued(_ name: String, isFinishedAtEnd: Bool = false) -> Lane {
        Lane(name: name, order: .queued, isFinishedAtEnd: isFinishedAtEnd)
    }

    /// A thread for the lane.
    func makeWorker() -> any LaneWorker {
        switch order {
        case .latest: LatestWorker(name: name)
        case .queued: QueuedWorker(name: name, isFinishedAtEnd: isFinishedAtEnd)
        }
    }
}

/// A job in a lane.
struct LaneWork: Sendable {
    let id: JobID
    /// See ``Job/replaces``.
    var replaces: String?
    let control = JobControl()
    /// Does it on the calling thread.
    let run: @Sendable (JobControl) -> Void
}

/// The thread of a lane.
protocol LaneWorker: Sendable {
    /// Takes a job; returns at once.
    func submit(_ work: LaneWork)
    /// The control of a job that waits or runs; nil if there is none such here.
    func control(of id: JobID) -> JobControl?
    /// Asks a job to end, or forgets it if it hasn't begun.
    func cancel(_ id: JobID)
    /// Lets the thread end; waits for it where the lane's jobs must be done.
    func stop()
}
