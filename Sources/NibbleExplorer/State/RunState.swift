/// How far something is that a job finds out.
enum RunState: Hashable, Sendable {
    /// Nothing was asked for yet.
    case idle
    /// The job gets ready: the share done before its first result.
    case preparing(Double)
    /// Results come.
    case running
    /// All results have come.
    case ended
    /// A person ended it; what had come stays.
    case stopped
    /// It could not be done, and why.
    case failed(String)

    /// Whether a job is at it.
    var isRunning: Bool {
        switch self {
        case .preparing, .running: true
        case .idle, .ended, .stopped, .failed: false
        }
    }

    /// Why it could not be done.
    var problem: String? {
        if case .failed(let problem) = self { problem } else { nil }
    }
}
