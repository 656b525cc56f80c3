import Dispatch
import NibbleKernels
import NibbleTransformers

/// Runs one prompt on several sets of weights of one model, token by token, and compares their predictions.
///
/// The models take turns: only one computes at a time, and its speed is counted from its own computing time. A run
/// depends on its request alone: run again, it gives the same records.
public final class ComparisonRun {
    private let model: TransformerModel
    private let request: ComparisonRequest

    /// A run of `request` on `model`; nothing is computed yet.
    public init(model: TransformerModel, request: ComparisonRequest) {
        self.model = model
        self.request = request
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - cancellation: asked between tokens and, while the prompt is read, between blocks. A cancelled run returns
    ///     what it has, marked ``FinishReason/cancelled``.
    ///   - onUpdate: called on this thread, first with the prompt's tokens, then at most 20 times a second, and with
    ///     the last state.
    /// - Returns: the last state.
    /// - Throws: ``EvaluationError``; `TransformerError` if the prompt doesn't fit the context or the weights don't fit
    ///   the model; `KernelError`.
    public func run(
        cancellation: Cancellation = Cancellation(),
        onUpdate: @escaping @Sendable (ComparisonSnapshot) -> Void = { _ in }
    ) throws -> ComparisonSnapshot {
        guard !request.contestants.isEmpty else { throw EvaluationError.noContestants }
        let prompt = try promptTokens()
        let limit = tokenLimit(promptCount: prompt.count)
        let runners = try request.contestants.map {
            try ContestantRunner(
                $0, model: model, request: request, contextLength: prompt.count + max(limit - 1, 0))
        }
        let pieces = prompt.map { PromptToken(id: $0, text: ContestantRunner.text(of: $0, model.tokenizer)) }
        var updates = UpdateClock(onUpdate) { [request] in
            ComparisonSnapshot(contestants: runners.map(\.progress), promptTokens: pieces, mode: request.mode)
        }
        updates.now()
        do {
            for runner in runners { try runner.prefill(prompt, cancellation) }
            try write(runners, limit: limit, cancellation) { updates.ifDue() }
        } catch KernelError.cancelled {
            for runner in runners { runner.finish(.cancelled) }
        }
        return updates.now()
    }

    /// Lets all models write until they end.
    private func write(
        _ runners: [ContestantRunner], limit: Int, _ cancellation: Cancellation, update: () -> Void
    ) throws {
        let ends = endTokens
        var haveSplit = runners.map { _ in false }
        for index in 0..<limit {
            try cancellation.check()
            chooseAll(runners, &haveSplit)
            for runner in runners where runner.progress.finished == nil {
                let last = isTeacherForced ? runners[0].chosen : runner.chosen
                if ends.contains(last) {
                    runner.finish(.endOfText)
                } else if index == limit - 1 {
                    runner.finish(.length)
                }
            }
            update()
            for runner in runners where runner.progress.finished == nil {
                try runner.read(isTeacherForced ? runners[0].chosen : runner.chosen, cancellation)
            }
            if runners.allSatisfy({ $0.progress.finished != nil }) { return }
        }
        for runner in runners { runner.finish(.length) }
    }

    /// Every model that still writes chooses its next token; the original first.
    private func chooseAll(_ runners: [ContestantRunner], _ haveSplit: inout [Bool]) {
        let original = runners[0]
        let place = runners.map(\.progress.records.count).max() ?? 0
        var reference: ContestantRunner.Reference?
        if original.progress.finished == nil {
            let prediction = original.predict()
            original.choose(prediction, against: nil, counterpart: nil)
            reference = .init(distribution: prediction, choice: original.chosen)
        }
        for (index, runner) in runners.enumerated().dropFirst() where runner.progress.finished == nil {
            let records = original.progress.records
            // Where the original has ended already, any token differs from it.
            let counterpart = records.indices.contains(place) ? records[place].id : -1
            runner.choose(
                runner.predict(), against: haveSplit[index] ? nil : reference, counterpart: counterpart)
            if !isTeacherForced, runner.chosen != counterpart { haveSplit[index] = true }
        }
    }

    private var isTeacherForced: Bool { request.mode == .teacherForced }

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
    private let snapshot: () -> ComparisonSnapshot
    private var last: UInt64 = 0

    init(_ onUpdate: @escaping (ComparisonSnapshot) -> Void, snapshot: @escaping () -> ComparisonSnapshot) {
        self.onUpdate = onUpdate
        self.snapshot = snapshot
    }

    mutating func ifDue() {
        if DispatchTime.now().uptimeNanoseconds - last >= Self.shortestInterval { now() }
    }

    @discardableResult mutating func now() -> ComparisonSnapshot {
        let current = snapshot()
        last = DispatchTime.now().uptimeNanoseconds
        onUpdate(current)
        return current
    }
}
