import Dispatch
import NibbleKernels
import NibbleTransformers

/// Runs one prompt on the original and on other sets of weights of one model, token by token, and compares their
/// predictions.
///
/// The models take turns: only one computes at a time, and its speed is counted from its own computing time. A run
/// depends on its request alone: run again, it gives the same records, whether the reference's run was kept or not.
public final class ComparisonRun {
    private let model: TransformerModel
    private let request: ComparisonRequest
    private let references: ReferenceRuns?

    /// A run of `request` on `model`; nothing is computed yet.
    ///
    /// - Parameter references: where the reference's run is kept for the next comparison; nil keeps none.
    public init(model: TransformerModel, request: ComparisonRequest, references: ReferenceRuns? = nil) {
        self.model = model
        self.request = request
        self.references = references
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - cancellation: asked between tokens and, while the prompt is read, between blocks. A cancelled run returns
    ///     what it has, marked ``FinishReason/cancelled``.
    ///   - onUpdate: called on this thread, first with the prompt's tokens, then at most 20 times a second, and with
    ///     the last state. A reference that was kept is there as a whole from the start.
    /// - Returns: the last state.
    /// - Throws: ``EvaluationError``; `TransformerError` if the prompt doesn't fit the context or the weights don't fit
    ///   the model; `KernelError`.
    public func run(
        cancellation: Cancellation = Cancellation(),
        onUpdate: @escaping @Sendable (ComparisonSnapshot) -> Void = { _ in }
    ) throws -> ComparisonSnapshot {
        let prompt = try promptTokens()
        let limit = tokenLimit(promptCount: prompt.count)
        let reference = try referenceRun(prompt, limit: limit)
        let runners = try request.contestants.candidates.map {
            try ContestantRunner(
                $0, model: model, request: request, contextLength: prompt.count + max(limit - 1, 0))
        }
        let pieces = prompt.map { PromptToken(id: $0, text: ContestantRunner.text(of: $0, model.tokenizer)) }
        var isCancelled = false
        var updates = UpdateClock(onUpdate)
        func snapshot() -> ComparisonSnapshot {
            ComparisonSnapshot(
                reference: reference.progress(isCancelled: isCancelled),
                candidates: runners.map(\.progress), promptTokens: pieces, mode: request.mode)
        }
        updates.now(snapshot())
        do {
            try reference.readPrompt(cancellation)
            for runner in runners { try runner.prefill(prompt, cancellation) }
            try write(reference, runners, limit: limit, cancellation) { updates.ifDue(snapshot) }
        } catch KernelError.cancelled {
            isCancelled = true
            for runner in runners { runner.finish(.cancelled) }
        }
        return updates.now(snapshot())
    }

    private func referenceRun(_ prompt: [Int], limit: Int) throws -> ReferenceRun {
        func make(_ keepsPredictions: Bool) throws -> ReferenceRun {
            try ReferenceRun(
                request, model: model, prompt: prompt, limit: limit, endTokens: endTokens,
                keepsPredictions: keepsPredictions)
        }
        guard let references else { return try make(false) }
        let key = ReferenceRuns.Key(request, model: model, prompt: prompt, limit: limit)
        return try references.run(for: key, of: model, make: make)
    }

    /// Lets all models write until they end.
    private func write(
        _ reference: ReferenceRun, _ runners: [ContestantRunner], limit: Int, _ cancellation: Cancellation,
        update: () -> Void
    ) throws {
        let ends = endTokens
        var haveSplit = runners.map { _ in false }
        for index in 0..<limit {
            try cancellation.check()
            let step = try reference.step(index, cancellation)
            choose(index, runners, beside: step, &haveSplit)
            for runner in runners where runner.progress.finished == nil {
                if ends.contains(next(of: runner, step)) {
                    runner.finish(.endOfText)
                } else if index == limit - 1 {
                    runner.finish(.length)
                }
            }
            update()
            let writing = runners.filter { $0.progress.finished == nil }
            if step == nil, writing.isEmpty { return }
            for runner in writing { try runner.read(next(of: runner, step), cancellation) }
        }
        for runner in runners { runner.finish(.length) }
    }

    /// The token that a model reads next: the reference's, or its own.
    private func next(of runner: ContestantRunner, _ step: ReferenceRun.Step?) -> Int {
        request.mode == .teacherForced ? step?.choice ?? runner.chosen : runner.chosen
    }

    /// Every candidate that still writes chooses its next token.
    private func choose(
        _ index: Int, _ runners: [ContestantRunner], beside step: ReferenceRun.Step?,
        _ haveSplit: inout [Bool]
    ) {
        // Where the reference has ended already, any token differs from it.
        let counterpart = step?.choice ?? -1
        for (place, runner) in runners.enumerated() where runner.progress.finished == nil {
            runner.choose(
                runner.predict(), against: haveSplit[place] ? nil : step, counterpart: counterpart)
            if request.mode == .freeRunning, runner.chosen != counterpart { haveSplit[place] = true }
        }
    }

    /// The tokens that end a text, as configuration and tokenizer name them.
    private var endTokens: Set<Int> {
        (model.description?.endOfText ?? []).union(model.tokenizer?.endOfText ?? [])
    }

    private func promptTokens() throws -> [Int] {
        var tokens: [Int]
        if let given = request.promptTokens {
            tokens = given
        } else {
            if let problem = model.runProblem { throw EvaluationError.notRunnable(problem) }
            tokens = model.tokenizer?.encode(request.prompt) ?? []
        }
        if tokens.isEmpty, let begin = model.tokenizer?.beginOfText { tokens = [begin] }
        guard !tokens.isEmpty else { throw EvaluationError.emptyPrompt }
        guard model.description == nil || tokens.count <= model.contextLength else {
            throw TransformerError.promptTooLong(tokens: tokens.count, contextLength: model.contextLength)
        }
        return tokens
    }

    /// The last token written need not be read, so one more fits than the context has room for.
    private func tokenLimit(promptCount: Int) -> Int {
        max(0, min(request.maximumTokens, model.contextLength - promptCount + 1))
    }
}

/// Tells about progress, but not too often.
private struct UpdateClock {
    private static let shortestInterval: UInt64 = 50_000_000
    private let onUpdate: (ComparisonSnapshot) -> Void
    private var last: UInt64 = 0

    init(_ onUpdate: @escaping (ComparisonSnapshot) -> Void) { self.onUpdate = onUpdate }

    mutating func ifDue(_ snapshot: () -> ComparisonSnapshot) {
        if DispatchTime.now().uptimeNanoseconds - last >= Self.shortestInterval { now(snapshot()) }
    }

    @discardableResult mutating func now(_ snapshot: ComparisonSnapshot) -> ComparisonSnapshot {
        last = DispatchTime.now().uptimeNanoseconds
        onUpdate(snapshot)
        return snapshot
    }
}
