/// The jobs that were started and are not over.
struct JobList: Sendable {
    /// One of them.
    struct Entry: Sendable {
        let id: JobID
        let lane: Lane
        /// See ``Job/replaces``.
        let replaces: String?
        /// What the header says; nil for nothing.
        var status: JobStatus?
    }

    /// In the order in which they were started.
    private(set) var entries: [Entry] = []
    private var startedCount = 0

    /// Notes a job as started; those that it makes needless are over.
    mutating func begin(in lane: Lane, title: String?, replacing name: String?) -> JobID {
        entries.removeAll { entry in
            entry.lane == lane && (lane.order == .latest || name != nil && entry.replaces == name)
        }
        startedCount += 1
        let id = JobID(number: startedCount)
        let status = title.map { JobStatus(title: $0) }
        entries.append(Entry(id: id, lane: lane, replaces: name, status: status))
        return id
    }

    /// Whether a job was neither replaced nor cancelled, and is not over.
    func contains(_ id: JobID) -> Bool { entries.contains { $0.id == id } }

    /// Whether a job of a lane waits or runs.
    func isBusy(_ lane: Lane) -> Bool { entries.contains { $0.lane == lane } }

    /// Notes what a job is at.
    mutating func show(_ status: JobStatus, of id: JobID) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        let seconds = entries[index].status?.seconds ?? 0
        entries[index].status = status
        entries[index].status?.seconds = seconds
    }

    /// Notes how long a job has been at it.
    mutating func note(seconds: Int, of id: JobID) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries[index].status?.seconds = seconds
    }

    /// What the newest job of a lane is at; nil where none runs that says so.
    func status(in lane: Lane) -> JobStatus? { entries.last { $0.lane == lane }?.status }

    /// Notes that a job is over.
    mutating func end(_ id: JobID) { entries.removeAll { $0.id == id } }

    /// Takes out the jobs of a lane, and tells which they were.
    mutating func removeAll(in lane: Lane) -> [JobID] {
        defer { entries.removeAll { $0.lane == lane } }
        return entries.filter { $0.lane == lane }.map(\.id)
    }
}

/// What a job is at.
struct JobStatus: Hashable, Sendable {
    /// A word or two.
    let title: String
    /// The share done, where that is known.
    var share: Double?
    /// Whole seconds since the job began.
    var seconds = 0

    /// `encoding 12%`, from the third second on `encoding 12% · 3 s`: whoever waits sees that it goes on.
    var text: String {
        let words = share.map { "\(title) \(FigureText.percent($0))" } ?? title
        return seconds < 3 ? words : "\(words) · \(seconds) s"
    }
}
