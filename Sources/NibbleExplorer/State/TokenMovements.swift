import NibbleEvaluation
import NibbleQuantization

/// What is known of the layers that a plan moves at one token, or for one input of an encoder.
struct TokenMovements: Sendable {
    /// What the figures depend on.
    struct Key: Hashable, Sendable {
        let plan: Plan
        let reading: Reading
    }

    /// What is read while the layers are measured.
    enum Reading: Hashable, Sendable {
        /// The text up to the token from which the next one is predicted.
        case tokens([Int])
        /// A whole input.
        case item(ComparedItem)

        /// Tokens whose keys and values are kept; an encoder keeps none.
        var tokenCount: Int { if case .tokens(let tokens) = self { tokens.count } else { 1 } }
    }

    /// What a job finds out about what is under the cursor.
    var wanted = Wanted<Key, [LayerMovement]>()
    /// Whether the most moved layer is to be shown once it is known.
    var opensLayer = false

    /// The layers, the most moved first; nil while they are not known.
    func layers(of key: Key?) -> [LayerMovement]? {
        guard let key, wanted.requested == key, wanted.state == .ended else { return nil }
        return wanted.value
    }
}

extension Workspace {
    /// What the movements of what is under the cursor depend on; nil where no plan has got so far.
    var movementKey: TokenMovements.Key? { form.movementKey(in: self) }

    /// What the movements of the token under the cursor depend on; nil where no plan has predicted it.
    var tokenMovementKey: TokenMovements.Key? {
        let sides = shownSides
        guard let token = shownToken, let plan = sides.plan, plan.records.indices.contains(token),
            !sides.promptTokens.isEmpty
        else { return nil }
        let writer = sides.mode == .freeRunning ? plan : sides.original ?? plan
        let written = writer.records.prefix(token).map(\.id)
        return TokenMovements.Key(
            plan: plan.plan, reading: .tokens(sides.promptTokens.map(\.id) + written))
    }

    /// What the movements of the item under the cursor depend on; nil where no plan has come to it.
    var itemMovementKey: TokenMovements.Key? {
        guard let sides = shownItems, let contestant = sides.contestant, sides.result(shownItem) != nil
        else { return nil }
        return TokenMovements.Key(
            plan: sides.snapshot.plans[contestant - 1], reading: .item(sides.snapshot.items[shownItem]))
    }

    /// The measurement that the comparison screen needs and nobody has asked for; none while a run needs the cores.
    mutating func neededMovements() -> MovementJob? {
        guard !comparison.run.state.isRunning, runProblem == nil, let key = movementKey,
            comparison.movements.wanted.request(key)
        else { return nil }
        return MovementJob(model: model, key: key)
    }
}
