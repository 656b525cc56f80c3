import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers
import Synchronization

@testable import NibbleEvaluation
@testable import NibbleExplorer

/// Runs the update with its effects on the test's own thread, so that a state follows from the events alone.
struct Driver {
    var state: ApplicationState
    /// Effects that are not run here: saving, keeping, opening.
    private(set) var recorded: [Effect] = []
    /// Runs of the comparison that were started.
    private(set) var comparisons = 0
    /// Analyses of layers that were started.
    private(set) var analyses = 0
    /// Jobs that compute figures of layers that were started.
    private(set) var figureJobs = 0
    /// Whether runs of the comparison are left waiting, as if they took long.
    var holdsComparisons = false
    private let encodings = EncodingCache()
    private let profiles = ProfileCache()
    private let references = ReferenceRuns()
    private let pool = WorkPool(threadCount: 1)

    init(size: Size) {
        state = ApplicationState(theme: .builtIn, themes: [.builtIn], isMouseEnabled: true, size: size)
    }

    /// Matrices encoded so far.
    var encodedCount: Int { encodings.encodedCount }

    /// Runs of the original so far; an edit must not add one.
    var referenceRuns: Int { references.startedCount }

    /// Answers an event and all events that its effects bring.
    mutating func send(_ event: ApplicationEvent) {
        var events = [event]
        while !events.isEmpty {
            let effects = state.update(events.removeFirst())
            for effect in effects { events += run(effect) }
        }
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

    private mutating func run(_ effect: Effect) -> [ApplicationEvent] {
        switch effect {
        case .analyse(let model, let request):
            analyses += 1
            let job = AnalysisJob(
                model: model, request: request, encodings: encodings, profiles: profiles, pool: pool)
            var events: [ApplicationEvent] = []
            do {
                try job.run(Cancellation()) { events.append(.analysed($0)) }
            } catch { events.append(.analysisFailed(request, problem: "\(error)")) }
            return events
        case .computeFigures(let model, let keys):
            figureJobs += 1
            let job = FiguresJob(
                model: model, keys: keys, encodings: encodings, profiles: profiles, pool: pool)
            var events: [ApplicationEvent] = []
            job.run(Cancellation()) { events.append(.figures($0, $1)) }
            return events
        case .compare(let model, let key, let generation, _):
            comparisons += 1
            return holdsComparisons ? [] : compare(model, key, generation)
        case .stopComparison: return []
        default:
            recorded.append(effect)
            return []
        }
    }

    /// Runs to the end; speeds are taken off, they differ from run to run.
    private func compare(_ model: TransformerModel, _ key: Comparison.Key, _ generation: Int)
        -> [ApplicationEvent]
    {
        let job = ComparisonJob(
            model: model, key: key, encodings: encodings, references: references, pool: pool)
        let last = Mutex<ComparisonSnapshot?>(nil)
        do {
            try job.run(
                Cancellation(), onPreparing: { _ in },
                onUpdate: { snapshot in last.withLock { $0 = snapshot } })
        } catch { return [.comparisonEnded(generation: generation, problem: "\(error)")] }
        guard var snapshot = last.withLock({ $0 }) else { return [] }
        snapshot.reference.tokensPerSecond = 0
        for index in snapshot.candidates.indices { snapshot.candidates[index].tokensPerSecond = 0 }
        return [
            .comparisonUpdated(generation: generation, snapshot),
            .comparisonEnded(generation: generation, problem: nil),
        ]
    }
}
