import NibbleKernels
import NibbleTransformers
import Synchronization

/// The reference's part of a comparison: what it predicts and writes, whoever is compared with it.
///
/// It reads its own tokens in every mode, so its run depends on nobody else. It computes a place when that is asked
/// for the first time; a run that was cancelled goes on where it stopped.
final class ReferenceRun: Sendable {
    /// What the reference predicted and chose at a place.
    struct Step {
        /// Its prediction; nil if its logits stand for no distribution.
        let distribution: TokenDistribution?
        /// The token that it chose.
        let choice: Int
    }

    private struct State {
        /// The session, until the text has ended.
        var runner: ContestantRunner?
        var progress: ContestantProgress
        /// The logits of every place; of the newest one alone where they are not kept.
        var predictions: [[Float]] = []
    }

    private let state: Mutex<State>
    private let prompt: [Int]
    private let limit: Int
    private let endTokens: Set<Int>
    private let keepsPredictions: Bool

    /// A run of the reference of `request`; nothing is computed yet.
    ///
    /// - Parameters:
    ///   - limit: tokens to write, at most.
    ///   - keepsPredictions: whether every place can be asked for again, or the newest one only.
    /// - Throws: what a session throws.
    init(
        _ request: ComparisonRequest, model: TransformerModel, prompt: [Int], limit: Int, endTokens: Set<Int>,
        keepsPredictions: Bool
    ) throws {
        let runner = try ContestantRunner(
            request.contestants.reference, model: model, request: request,
            contextLength: prompt.count + max(limit - 1, 0))
        state = Mutex(State(runner: runner, progress: runner.progress))
        self.prompt = prompt
        self.limit = limit
        self.endTokens = endTokens
        self.keepsPredictions = keepsPredictions
    }

    /// Reads the prompt, unless that is done.
    func readPrompt(_ cancellation: Cancellation) throws {
        try state.withLock { state in
            guard let runner = state.runner, state.progress.records.isEmpty else { return }
            defer { state.progress = runner.progress }
            try runner.prefill(prompt, cancellation)
            if limit == 0 { Self.end(&state, .length) }
        }
    }

    /// What it predicts and chooses at a place; nil where its text has ended before.
    func step(_ index: Int, _ cancellation: Cancellation) throws -> Step? {
        try state.withLock { state in
            while state.progress.records.count <= index {
                guard let runner = state.runner else { return nil }
                try advance(runner, &state, cancellation)
            }
            let prediction = keepsPredictions ? state.predictions[index] : state.predictions.last
            return Step(
                distribution: prediction.flatMap(TokenDistribution.init(logits:)),
                choice: state.progress.records[index].id)
        }
    }

    private func advance(
        _ runner: ContestantRunner, _ state: inout State, _ cancellation: Cancellation
    ) throws {
        defer { if state.runner != nil { state.progress = runner.progress } }
        if !runner.progress.records.isEmpty { try runner.read(runner.chosen, cancellation) }
        runner.choose(runner.predict(), against: nil, counterpart: nil)
        if !keepsPredictions { state.predictions.removeAll(keepingCapacity: true) }
        state.predictions.append(runner.logits)
        if endTokens.contains(runner.chosen) {
            Self.end(&state, .endOfText)
        } else if runner.progress.records.count == limit {
            Self.end(&state, .length)
        }
    }

    /// Lets go of the session, whose text has ended.
    private static func end(_ state: inout State, _ reason: FinishReason) {
        guard let runner = state.runner else { return }
        runner.finish(reason)
        state.progress = runner.progress
        state.runner = nil
    }

    /// What it has written so far.
    ///
    /// - Parameter isCancelled: whether an unfinished text is one that somebody stopped.
    func progress(isCancelled: Bool) -> ContestantProgress {
        state.withLock { state in
            guard isCancelled, let runner = state.runner else { return state.progress }
            return runner.cancelledProgress
        }
    }
}
