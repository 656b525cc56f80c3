import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers
import Synchronization

@testable import NibbleEvaluation
@testable import NibbleExplorer

/// Runs the update with its jobs on the test's own thread, so that a state follows from the events alone.
struct Driver {
    var state: ApplicationState
    /// Jobs that are not run here: those that touch files.
    private(set) var recorded: [any Job] = []
    /// Runs of the comparison that were started.
    private(set) var comparisons = 0
    /// Analyses of layers that were started.
    private(set) var analyses = 0
    /// Jobs that compute figures of layers that were started.
    private(set) var figureJobs = 0
    /// Whether runs of the comparison are left waiting, as if they took long.
    var holdsComparisons = false
    /// Whether the computing of figures is left waiting.
    var holdsFigures = false
    /// Whether the layers that move the token under the cursor are measured; else those jobs are only recorded.
    var measuresMovements = false
    /// Jobs that were left waiting.
    private(set) var held: [(id: JobID, job: any Job)] = []
    let tools: JobTools

    init(size: Size) {
        state = ApplicationState(theme: .builtIn, themes: [.builtIn], isMouseEnabled: true, size: size)
        tools = ExplorerFixture.makeTools()
    }

    /// Matrices encoded so far.
    var encodedCount: Int { tools.encodings.encodedCount }

    /// Runs of the original so far; an edit must not add one.
    var referenceRuns: Int { tools.references.startedCount }

    /// Answers an event and all events that its effects bring.
    mutating func send(_ event: ApplicationEvent) {
        var events = [event]
        while !events.isEmpty {
            let effects = state.update(events.removeFirst())
            for effect in effects { events += run(effect) }
        }
        state.workspace?.comparison.run.takeOffSpeeds()
    }

    /// Starts a job as a key would, and sends what it reports.
    mutating func start(_ job: some Job) {
        state.start(job)
        send(.terminal(.wake))
    }

    /// Lets a job report something that it has not found out by itself; false if nobody listens to it any more.
    mutating func report<Reporting: Job>(_ report: Reporting.Report, of job: Reporting, _ id: JobID) {
        send(.job(JobMessage(id: id, content: .report(isLatest: false) { job.receive(report, &$0) })))
    }

    /// Lets a job that is not run here report something.
    mutating func report<Reporting: Job>(_ report: Reporting.Report, of job: Reporting) {
        let id = state.jobs.begin(in: Reporting.lane, title: job.title, replacing: job.replaces)
        self.report(report, of: job, id)
        state.jobs.end(id)
    }

    /// Lets a job that is not run here end, with or without a problem.
    mutating func end(_ job: some Job, problem: String? = nil) {
        let id = state.jobs.begin(in: Swift.type(of: job).lane, title: job.title, replacing: job.replaces)
        send(.job(JobMessage(id: id, content: .ended { job.end(problem, &$0) })))
    }

    /// Presses keys by their names, such as `j`, `space`, `ctrl-r`.
    mutating func press(_ names: String...) {
        for name in names {
            guard let key = KeyPress(parsing: name) else { fatalError("No key is called \(name).") }
            send(.terminal(.key(key)))
        }
    }

    /// Types a text letter by letter.
    mutating func type(_ text: String) {
        for character in text { send(.terminal(.key(KeyPress(.character(character))))) }
    }

    /// The screen as lines of text.
    var screen: String { FrameView(state: state).render().plainText }

    /// Recorded jobs of one kind.
    func recorded<Kind: Job>(_ kind: Kind.Type) -> [Kind] { recorded.compactMap { $0 as? Kind } }

    private mutating func run(_ effect: Effect) -> [ApplicationEvent] {
        guard case .start(let id, let job) = effect else { return [] }
        switch job {
        case is FiguresJob:
            figureJobs += 1
            guard holdsFigures else { return run(job, id) }
            held.append((id, job))
            return []
        case is AnalysisJob:
            analyses += 1
            return run(job, id)
        case is ComparisonJob:
            comparisons += 1
            guard holdsComparisons else { return run(job, id) }
            held.append((id, job))
            return []
        case is MovementJob where measuresMovements: return run(job, id)
        default:
            recorded.append(job)
            state.jobs.end(id)
            return []
        }
    }

    /// Runs a job to its end.
    private func run(_ job: some Job, _ id: JobID) -> [ApplicationEvent] {
        let messages = Mutex<[JobMessage]>([])
        job.perform(id, tools, JobControl()) { message in
            messages.withLock { messages in
                messages.removeAll { $0.isOutdated(by: message) }
                messages.append(message)
            }
        }
        return messages.withLock { $0.map(ApplicationEvent.job) }
    }
}

extension Wanted where Value == ComparisonOutcome, Key == Comparison.Key {
    /// Takes the speeds off, which differ from run to run.
    fileprivate mutating func takeOffSpeeds() {
        guard let value, let key = requested else { return }
        switch value {
        case .text(var snapshot):
            snapshot.reference.tokensPerSecond = 0
            for index in snapshot.candidates.indices { snapshot.candidates[index].tokensPerSecond = 0 }
            receive(.text(snapshot), of: key)
        case .items(var snapshot):
            snapshot.seconds = snapshot.seconds.map { _ in 0 }
            receive(.items(snapshot), of: key)
        }
    }
}
