import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTransformers

/// Work that takes long or touches files: done off the thread that draws, told about as it goes on.
///
/// A job is one file. The update starts it with ``ApplicationState/start(_:)``; the runner does it in its lane; what it
/// reports comes back as events, and is dropped once the job was replaced or cancelled.
///
///     struct CountJob: Job {
///         static let lane = Lane.latest("count")
///         let text: String
///         func run(_ tools: JobTools, _ desk: JobDesk<Int>) { desk.report(text.count) }
///         func receive(_ count: Int, _ state: inout ApplicationState) { state.inform("\(count) characters") }
///     }
protocol Job: Sendable {
    /// What it finds out, bit by bit.
    associatedtype Report: Sendable

    /// Which jobs it takes turns with, and how.
    static var lane: Lane { get }
    /// What the header says of it while it waits and runs; nil for what is done at once.
    var title: String? { get }
    /// A name that it shares with waiting jobs that it makes needless: it takes the place of one of them; nil for none.
    var replaces: String? { get }

    /// The files that it reads: what comes of them counts only if they are still what was opened; nil for none.
    var source: TransformerModel? { get }

    /// Does the work on the lane's thread.
    ///
    /// - Throws: errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(_ tools: JobTools, _ desk: JobDesk<Report>) throws
    /// Takes a report into the state.
    func receive(_ report: Report, _ state: inout ApplicationState)
    /// Takes into the state that the job is over.
    ///
    /// - Parameter problem: why it failed, as a sentence that is harmless on a terminal; nil if it did not.
    func end(_ problem: String?, _ state: inout ApplicationState)
}

extension Job {
    var title: String? { nil }
    var replaces: String? { nil }
    var source: TransformerModel? { nil }
    func end(_ problem: String?, _ state: inout ApplicationState) {}

    /// Does the work on this thread and posts what comes of it; nothing once it was cancelled.
    func perform(
        _ id: JobID, _ tools: JobTools, _ control: JobControl, post: @escaping @Sendable (JobMessage) -> Void
    ) {
        var problem: String?
        do {
            MappedFile.guardMappings()
            try run(tools, desk(id, control, post))
        } catch {
            guard !control.cancellation.isCancelled else { return }
            problem = "\(error)".printable
            tools.log.write("\(Self.self): \(error)")
        }
        guard !control.cancellation.isCancelled else { return }
        if let source, let change = source.checkpoint.change(), change.change.touchesBytes {
            problem = "\(change)"
            tools.log.write("\(change)")
            post(JobMessage(id: id, content: .report(isLatest: false) { $0.noteChange(change, of: source) }))
        }
        post(JobMessage(id: id, content: .ended { [problem] in end(problem, &$0) }))
    }

    private func desk(
        _ id: JobID, _ control: JobControl, _ post: @escaping @Sendable (JobMessage) -> Void
    ) -> JobDesk<Report> {
        JobDesk(id: id, control: control, post: post, isSound: { source?.checkpoint.isCutShort != true }) {
            receive($0, &$1)
        }
    }
}

/// Tells one started job from all others.
struct JobID: Hashable, Sendable {
    let number: Int
}

/// Where a job puts what it has found out, and where it learns that it should stop.
struct JobDesk<Report: Sendable>: Sendable {
    let id: JobID
    let control: JobControl
    let post: @Sendable (JobMessage) -> Void
    /// Whether all that was read so far was really there.
    let isSound: @Sendable () -> Bool
    let receive: @Sendable (Report, inout ApplicationState) -> Void

    /// The flag to give to kernels.
    var cancellation: Cancellation { control.cancellation }

    /// Tells what was found out.
    ///
    /// - Parameter isLatest: whether it makes the last report needless, if nobody has read that yet.
    func report(_ report: Report, isLatest: Bool = false) {
        guard !cancellation.isCancelled, isSound() else { return }
        post(JobMessage(id: id, content: .report(isLatest: isLatest) { [receive] in receive(report, &$0) }))
    }

    /// Tells the header what the job is at, and the share done.
    func show(_ title: String, share: Double? = nil) {
        guard !cancellation.isCancelled else { return }
        post(JobMessage(id: id, content: .status(JobStatus(title: title, share: share))))
    }
}

/// What a job posts.
struct JobMessage: Sendable {
    /// A change of the state.
    typealias Change = @Sendable (inout ApplicationState) -> Void

    /// The kinds of news.
    enum Content: Sendable {
        /// What it is at.
        case status(JobStatus)
        /// So many seconds have gone by since it began.
        case elapsed(seconds: Int)
        /// Something was found out.
        case report(isLatest: Bool, Change)
        /// It is over.
        case ended(Change)
    }

    let id: JobID
    let content: Content

    /// Whether a newer message of the same job says all that this one does.
    func isOutdated(by newer: JobMessage) -> Bool {
        guard id == newer.id else { return false }
        return switch (content, newer.content) {
        case (.status, .status), (.elapsed, .elapsed): true
        case (.report(let isLatest, _), .report(let isNewerLatest, _)): isLatest && isNewerLatest
        default: false
        }
    }
}
