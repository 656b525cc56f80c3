import NibbleEvaluation
import NibbleKernels
import NibbleTransformers

/// Runs a prompt on the original and on plans: packs what isn't packed yet, then compares token by token.
struct ComparisonJob: Job {
    static let lane = Lane.latest("comparison")
    var title: String? { "encoding" }
    var source: TransformerModel? { model }

    let model: TransformerModel
    let key: Comparison.Key
    /// Whether it starts at once; else it waits a moment for further keys.
    let isUrgent: Bool

    /// How long a run waits for further keys before it starts.
    static let settlingMilliseconds = 150

    /// Reports the newest state, while tokens come.
    ///
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(_ tools: JobTools, _ desk: JobDesk<ComparisonSnapshot>) throws {
        if !isUrgent { try desk.control.wait(milliseconds: Self.settlingMilliseconds) }
        let tokens = model.runProblem == nil ? model.tokenizer?.encode(key.prompt) : nil
        let contestants = try Contestants.prepare(
            key.plans, of: model, encodings: tools.encodings,
            contextLength: (tokens?.count ?? 0) + key.maximumTokens,
            keptByteCount: tools.references.keptByteCount(of: model, maximumTokens: key.maximumTokens),
            pool: tools.pool, cancellation: desk.cancellation
        ) { desk.show("encoding", share: $0) }
        desk.show("running")
        let request = ComparisonRequest(
            prompt: key.prompt, promptTokens: tokens, maximumTokens: key.maximumTokens, mode: key.mode,
            contestants: contestants)
        let run = ComparisonRun(model: model, request: request, references: tools.references)
        _ = try run.run(cancellation: desk.cancellation) { desk.report($0, isLatest: true) }
    }

    func receive(_ snapshot: ComparisonSnapshot, _ state: inout ApplicationState) {
        state.workspace?.receive(snapshot, of: key)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        state.workspace?.comparison.run.end(problem, of: key)
    }
}
