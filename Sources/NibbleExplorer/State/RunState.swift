/// How far something is that a job finds out.
enum RunState: Hashable, Sendable {
    /// Nothing was asked for yet.
    case idle
    /// A job is at it.
    case running
    /// All results have come.
    case ended
    /// A person ended it; what had come stays.
    case stopped
    /// It could not be done, and why.
    case failed(String)

    /// Whether a job is at it.
    var isRunning: Bool { self == .running }

    /// Why it could not be done.
    var problem: String? {
        if case .failed(let problem) = self { problem } else { nil }
    }
}
