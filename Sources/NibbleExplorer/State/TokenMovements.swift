import NibbleEvaluation
import NibbleQuantization

/// What is known of the layers that a plan moves at one token.
struct TokenMovements: Sendable {
    /// What the figures depend on.
    struct Key: Hashable, Sendable {
        let plan: Plan
        /// The text up to the token from which the next one is predicted.
        let tokens: [Int]
    }

    /// What a job finds out about the token under the cursor.
    var wanted = Wanted<Key, [LayerMovement]>()
    /// Whether the most moved layer is to be shown once it is known.
    var opensLayer = false

    /// The layers of a token, the most moved first; nil while they are not known.
    func layers(of key: Key?) -> [LayerMovement]? {
        guard let key, wanted.requested == key, wanted.state == .ended else { return nil }
        return wanted.value
    }
}

extension Workspace {
    /// What the movements of the token under the cursor depend on; nil where no plan has predicted it.
    var movementKey: TokenMovements.Key? {
        let sides = shownSides
        guard let token = shownToken, let plan = sides.plan, plan.records.indices.contains(token),
            !sides.promptTokens.isEmpty
        else { return nil }
        let writer = sides.mode == .freeRunning ? plan : sides.original ?? plan
        let written = writer.records.prefix(token).map(\.id)
        return TokenMovements.Key(plan: plan.plan, tokens: sides.promptTokens.map(\.id) + written)
    }

    /// The measurement that the comparison screen needs and nobody has asked for; none while a run needs the cores.
    mutating func neededMovements() -> MovementJob? {
        guard !comparison.run.state.isRunning, model.runProblem == nil, let key = movementKey,
            comparison.movements.wanted.request(key)
        else { return nil }
        return MovementJob(model: model, key: key)
    }
}
