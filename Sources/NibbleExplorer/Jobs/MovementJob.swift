import NibbleEvaluation
import NibbleQuantization
import NibbleTransformers

/// Measures how far a plan moves each layer at the token, or for the input, under the cursor.
struct MovementJob: Job {
    static let lane = Lane.latest("movements")
    var title: String? { "layers" }

    let model: TransformerModel
    let key: TokenMovements.Key

    /// How long it waits for the cursor to stand still before it starts.
    static let settlingMilliseconds = 150

    /// Reads the text with the plan's weights and reports what its last token moves, or a whole input of an encoder.
    ///
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func run(_ tools: JobTools, _ desk: JobDesk<[LayerMovement]>) throws {
        try desk.control.wait(milliseconds: Self.settlingMilliseconds)
        let pair = try Contestants.prepare(
            [key.plan], of: model, encodings: tools.encodings, contextLength: key.reading.tokenCount,
            pool: tools.pool, cancellation: desk.cancellation)
        guard let plan = pair.candidates.first else { return }
        switch key.reading {
        case .tokens(let tokens):
            desk.report(
                try LayerMovement.measure(
                    plan, against: pair.reference, model: model, tokens: tokens, pool: tools.pool,
                    cancellation: desk.cancellation))
        case .item(let item):
            desk.report(
                try LayerMovement.measure(
                    plan, against: pair.reference, model: model,
                    input: ItemInputs.input(of: model).read(item), pool: tools.pool,
                    cancellation: desk.cancellation))
        }
    }

    func receive(_ movements: [LayerMovement], _ state: inout ApplicationState) {
        state.workspace?.comparison.movements.wanted.receive(movements, of: key)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        state.workspace?.comparison.movements.wanted.end(problem, of: key)
        guard let workspace = state.workspace, workspace.comparison.movements.opensLayer else { return }
        state.workspace?.comparison.movements.opensLayer = false
        guard state.screen is CompareScreen, workspace.movementKey == key else { return }
        if let problem { state.notice = Notice(kind: .failure, text: problem) } else { state.blameLayer() }
    }
}
