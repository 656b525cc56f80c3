import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers
import Synchronization

/// The reference's runs that are kept from one comparison to the next: an edit of a plan runs the plan again, and the
/// original no more.
///
/// A run is kept with its records and the logits of every place, as they were computed. It depends on the model, the
/// prompt's tokens, how many are written and how they are chosen, the storage of keys and values, and the reference's
/// own plan; not on the mode, because the reference reads its own tokens in both. What was asked for longest ago goes
/// when all logits would hold more than `byteLimit`; a run that is longer than that by itself is not kept.
///
///     let references = ReferenceRuns()
///     let first = try ComparisonRun(model: model, request: request, references: references).run()
///     request.contestants.candidates = [edited]
///     let second = try ComparisonRun(model: model, request: request, references: references).run()
public final class ReferenceRuns: Sendable {
    /// All that a reference's run depends on.
    struct Key: Hashable {
        let model: URL
        /// Tells the same place before and after its files were written anew.
        let identity: Int
        let plan: [PlanRule]
        let cacheStorage: VectorStorage
        let prompt: [Int]
        let limit: Int
        let sampling: SamplingOptions
        let topCount: Int

        init(_ request: ComparisonRequest, model: TransformerModel, prompt: [Int], limit: Int) {
            self.model = model.location
            identity = model.checkpoint.identity
            plan = request.contestants.reference.plan.rules
            cacheStorage = request.contestants.reference.cacheStorage
            self.prompt = prompt
            self.limit = limit
            sampling = request.sampling
            topCount = request.topCount
        }
    }

    private struct Entry {
        let key: Key
        let run: ReferenceRun
        let byteCount: Int
    }

    private struct State {
        /// The one asked for last stands last.
        var entries: [Entry] = []
        var startedCount = 0
    }

    private let state = Mutex(State())
    /// Bytes that the kept logits may hold.
    public let byteLimit: Int

    /// Nothing is kept yet.
    public init(byteLimit: Int = 256 << 20) { self.byteLimit = byteLimit }

    /// Runs of a reference that were started here so far; a kept one that is read again is not counted again.
    var startedCount: Int { state.withLock(\.startedCount) }

    /// Bytes that the logits of a run over so many tokens hold; 0 if they are not kept.
    public func keptByteCount(of model: TransformerModel, maximumTokens: Int) -> Int {
        let size = 4 * max(model.vocabularySize, 1)
        return maximumTokens <= byteLimit / size ? maximumTokens * size : 0
    }

    /// The run for a key: a kept one, or one that `make` makes, told whether to keep its predictions.
    func run(
        for key: Key, of model: TransformerModel, make: (Bool) throws -> ReferenceRun
    ) throws -> ReferenceRun {
        if let kept = takeKept(key) { return kept }
        let byteCount = keptByteCount(of: model, maximumTokens: key.limit)
        let isKept = byteCount > 0
        let run = try make(isKept)
        state.withLock { state in
            state.startedCount += 1
            guard isKept else { return }
            state.entries.append(Entry(key: key, run: run, byteCount: byteCount))
            while state.entries.reduce(0, { $0 + $1.byteCount }) > byteLimit { state.entries.removeFirst() }
        }
        return run
    }

    private func takeKept(_ key: Key) -> ReferenceRun? {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.key == key }) else { return nil }
            let entry = state.entries.remove(at: index)
            state.entries.append(entry)
            return entry.run
        }
    }
}
