import NibbleEvaluation
import NibbleKernels
import NibbleTransformers
import Synchronization

/// Runs a prompt on the original and on plans: packs what isn't packed yet, then compares in the form of the model.
struct ComparisonJob: Job {
    static let lane = Lane.latest("comparison")
    var title: String? { "encoding" }
    var source: TransformerModel? { model }

    let model: TransformerModel
    let key: Comparison.Key
    /// Whether it starts at once; else it waits a moment for further keys.
    let isUrgent: Bool

    /// Likeliest tokens kept for each place: as many as the largest screens have rows for.
    static let topCount = 40

    /// How long a run waits for further keys before it starts.
    static let settlingMilliseconds = 150

    /// Reports the newest state, while results come.
    ///
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(_ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws {
        if !isUrgent { try desk.control.wait(milliseconds: Self.settlingMilliseconds) }
        try ComparisonForms.form(of: model).compare(self, tools, desk)
    }

    func receive(_ result: ComparisonOutcome, _ state: inout ApplicationState) {
        state.workspace?.receive(result, of: key)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        state.workspace?.comparison.run.end(problem, of: key)
        guard let problem else { return }
        // What a former run has written must not stand beside a prompt that could not be run.
        state.workspace?.forgetRun()
        state.notice = Notice(kind: .failure, text: problem)
    }
}

extension ComparisonJob {
    /// Lets original and plans write token by token.
    func compareTexts(_ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws {
        let tokens = model.runProblem == nil ? model.tokenizer?.encode(key.prompt) : nil
        let contestants = try Contestants.prepare(
            key.plans, of: model, encodings: tools.encodings,
            contextLength: (tokens?.count ?? 0) + key.maximumTokens,
            keptByteCount: tools.references.keptByteCount(of: model, maximumTokens: key.maximumTokens),
            pool: tools.pool, cancellation: desk.cancellation
        ) { desk.show("encoding", share: $0) }
        desk.show("reading the prompt")
        let request = ComparisonRequest(
            prompt: key.prompt, promptTokens: tokens, maximumTokens: key.maximumTokens, mode: key.mode,
            contestants: contestants, topCount: Self.topCount)
        let run = ComparisonRun(model: model, request: request, references: tools.references)
        let isWriting = Atomic(false)
        _ = try run.run(cancellation: desk.cancellation) { snapshot in
            // Until the first token of the plan nothing moves on the screen but the seconds.
            if snapshot.candidates.contains(where: { !$0.records.isEmpty }),
                !isWriting.exchange(true, ordering: .relaxed)
            {
                desk.show("writing")
            }
            desk.report(.text(snapshot), isLatest: true)
        }
    }
}
