import Foundation

extension ApplicationState {
    /// Asks for a job to be done; in a lane where the newest wins, it replaces the one before.
    mutating func start(_ job: some Job) {
        let id = jobs.begin(in: type(of: job).lane, title: job.title, replacing: job.replaces)
        effects.append(.start(id, job))
    }

    /// Ends the jobs of a lane; what they still report is dropped.
    mutating func cancelJobs(in lane: Lane) {
        for id in jobs.removeAll(in: lane) { effects.append(.cancel(id)) }
    }

    /// Takes in what a job posts, unless it was replaced or cancelled meanwhile.
    mutating func receive(_ message: JobMessage) {
        guard jobs.contains(message.id) else { return }
        switch message.content {
        case .status(let status): jobs.show(status, of: message.id)
        case .elapsed(let seconds): jobs.note(seconds: seconds, of: message.id)
        case .report(_, let change): change(&self)
        case .ended(let change):
            jobs.end(message.id)
            change(&self)
        }
    }

    /// The first work of the program: opens a model, or looks for those that could be opened.
    mutating func begin(with model: URL?) -> [Effect] {
        start(CheckKeepingJob())
        if let model { open(model) } else { start(FindModelsJob()) }
        defer { effects = [] }
        return effects
    }

    /// Compares what the screen needs with what was asked for, and asks for the rest.
    ///
    /// Every event ends here, so no key has to know which figures its change makes stale.
    mutating func startNeededWork() {
        workspace?.settle()
        screen.startNeededWork(&self)
        if let job = workspace?.neededFigures() { start(job) }
        if let job = workspace?.neededComparison() { start(job) }
        if let job = workspace?.neededKeeping() { start(job) }
    }
}
