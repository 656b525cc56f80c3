import Foundation
import NibbleEvaluation
import NibbleHome
import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// Does the work that the update asks for, off the main thread, and posts what comes of it.
final class EffectRunner: Sendable {
    private let mailbox: Mailbox<ApplicationEvent>
    private let opener: ModelOpener
    private let log: EventLog
    private let encodings = EncodingCache()
    private let profiles = ProfileCache()
    private let references = ReferenceRuns()
    private let pool = WorkPool.shared
    private let analyses = LatestWinsWorker(name: "analysis")
    private let figures = LatestWinsWorker(name: "figures")
    private let comparisons = LatestWinsWorker(name: "comparison")
    private let openings = LatestWinsWorker(name: "opening")
    private let searches = LatestWinsWorker(name: "search")
    private let writer = SerialWriter()

    /// How long a run waits for further keys before it starts.
    static let settlingMilliseconds = 150

    /// A runner that posts to `mailbox`.
    init(mailbox: Mailbox<ApplicationEvent>, opener: ModelOpener, log: EventLog) {
        self.mailbox = mailbox
        self.opener = opener
        self.log = log
    }

    /// Starts the work of an effect and returns at once.
    func run(_ effect: Effect) {
        switch effect {
        case .findModels: findModels()
        case .open(let url): open(url)
        case .analyse(let model, let request): analyse(model, request)
        case .computeFigures(let model, let keys): compute(keys, of: model)
        case .compare(let model, let key, let generation, let isUrgent):
            compare(model, key, generation: generation, isUrgent: isUrgent)
        case .stopComparison: comparisons.cancel()
        case .savePlan(let plan, let url): save(plan, url)
        case .keep(let model, let plan, let location, let prompts):
            writer.replace(with: { [opener] in
                opener.keep(plan, location: location, prompts: prompts, for: model)
            })
        }
    }

    /// Ends all work and waits until what must be kept is written.
    func stop() {
        for worker in [analyses, figures, comparisons, openings, searches] { worker.stop() }
        writer.finish()
    }

    private func findModels() {
        searches.submit { [mailbox, opener] cancellation in
            let sections = opener.findModels()
            if !cancellation.isCancelled { mailbox.post(.modelsFound(sections)) }
        }
    }

    private func open(_ url: URL) {
        openings.submit { [mailbox, opener, log] cancellation in
            do {
                let opened = try opener.open(url)
                log.write("Opened \(url.path): \(opened.model.layers.count) layers.")
                if !cancellation.isCancelled { mailbox.post(.modelOpened(opened)) }
            } catch {
                log.write("Could not open \(url.path): \(error)")
                if !cancellation.isCancelled {
                    mailbox.post(.openingFailed(url, problem: Self.sentence(error)))
                }
            }
        }
    }

    private func analyse(_ model: TransformerModel, _ request: AnalysisRequest) {
        let job = AnalysisJob(
            model: model, request: request, encodings: encodings, profiles: profiles, pool: pool)
        analyses.submit { [mailbox] cancellation in
            do {
                try job.run(cancellation) { mailbox.post(.analysed($0)) }
            } catch {
                guard !cancellation.isCancelled else { return }
                mailbox.post(.analysisFailed(request, problem: Self.sentence(error)))
            }
        }
    }

    private func compute(_ keys: [FigureKey], of model: TransformerModel) {
        let job = FiguresJob(model: model, keys: keys, encodings: encodings, profiles: profiles, pool: pool)
        figures.submit { [mailbox] cancellation in
            job.run(cancellation) { mailbox.post(.figures($0, $1)) }
        }
    }

    private func compare(_ model: TransformerModel, _ key: Comparison.Key, generation: Int, isUrgent: Bool) {
        let job = ComparisonJob(
            model: model, key: key, encodings: encodings, references: references, pool: pool)
        comparisons.submit { [mailbox, log] cancellation in
            if !isUrgent, !Self.settle(cancellation) { return }
            var problem: String?
            do {
                try job.run(cancellation) { share in
                    mailbox.post(
                        .comparisonPreparing(generation: generation, share: share), latestFor: "preparing")
                } onUpdate: { snapshot in
                    mailbox.post(
                        .comparisonUpdated(generation: generation, snapshot), latestFor: "comparison")
                }
            } catch {
                guard !cancellation.isCancelled else { return }
                problem = Self.sentence(error)
                log.write("Comparison failed: \(error)")
            }
            mailbox.post(.comparisonEnded(generation: generation, problem: problem))
        }
    }

    /// Waits for further keys; false when one came.
    private static func settle(_ cancellation: Cancellation) -> Bool {
        for _ in 0..<settlingMilliseconds / 10 {
            if cancellation.isCancelled { return false }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return !cancellation.isCancelled
    }

    private func save(_ plan: Plan, _ url: URL) {
        writer.append { [mailbox, log] in
            do {
                try plan.save(url)
                mailbox.post(.planSaved(plan, url, problem: nil))
            } catch {
                log.write("Could not save the plan: \(error)")
                mailbox.post(.planSaved(plan, url, problem: Self.sentence(error)))
            }
        }
    }

    /// The error in words, harmless on a terminal.
    private static func sentence(_ error: any Error) -> String { "\(error)".printable }
}
