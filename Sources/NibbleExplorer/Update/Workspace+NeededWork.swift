import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

extension Workspace {
    /// Compares what the screen needs with what was asked for, and asks for the rest.
    ///
    /// Every change of state ends here, so no key has to know which figures its change makes stale.
    mutating func neededWork(size: Size, screen: ApplicationState.Screen) -> [Effect] {
        var effects: [Effect] = []
        if screen == .explorer, let request = neededAnalysis(size: size), request != chart.requested {
            chart.requested = request
            chart.problem = nil
            effects.append(.analyse(model, request))
        }
        effects += neededFigures()
        effects += neededComparison()
        if plans.current != keptPlan {
            keptPlan = plans.current
            effects.append(keepEffect)
        }
        return effects
    }

    /// Keeps plan and prompts for the next start.
    var keepEffect: Effect {
        .keep(model, plans.current, location: planLocation, prompts: comparison.promptHistory)
    }

    private func neededAnalysis(size: Size) -> AnalysisRequest? {
        guard let layer = chosenLayer else { return nil }
        // Another setting may have fewer groups than the one that was shown.
        let group = min(chart.group, max((layout(of: layer)?.groupsPerRow ?? 1) - 1, 0))
        return AnalysisRequest(
            layer: layer.id, storage: setting(of: layer.id)?.storage, grid: chart.grid,
            row: chart.grid == .group ? chart.row : 0, group: chart.grid == .group ? group : 0,
            bins: ExplorerLayout(size: size).chartColumns)
    }

    private mutating func neededFigures() -> [Effect] {
        let chosen = chosenLayer?.id
        let missing = model.layers.compactMap { layer -> FigureKey? in
            guard let setting = setting(of: layer.id) else { return nil }
            let key = FigureKey(layer: layer.id, storage: setting.storage)
            return figures[key] == nil ? key : nil
        }
        // The analysis of the chosen layer brings its figures along.
        let wanted = missing.filter { $0.layer != chosen }
        guard !wanted.isEmpty, !Set(wanted).isSubset(of: requestedFigures) else { return [] }
        requestedFigures = Set(wanted)
        return [.computeFigures(model, wanted)]
    }

    private mutating func neededComparison() -> [Effect] {
        guard comparison.followsEdits, comparisonKey != comparison.requested else { return [] }
        return [startComparison(isUrgent: false)]
    }

    /// What a run started now would depend on.
    var comparisonKey: Comparison.Key {
        var plans = [plans.current]
        for pinned in pinned where !plans.contains(where: { $0.rules == pinned.plan.rules }) {
            plans.append(pinned.plan)
        }
        return Comparison.Key(
            prompt: comparison.prompt, mode: comparison.mode, maximumTokens: comparison.maximumTokens,
            plans: plans)
    }

    /// Starts the run that the state asks for.
    ///
    /// - Parameter isUrgent: false waits a moment for further keys first.
    mutating func startComparison(isUrgent: Bool) -> Effect {
        let key = comparisonKey
        // What was written on another prompt or in another mode must not stand under this one.
        if let before = comparison.requested, (before.prompt, before.mode) != (key.prompt, key.mode) {
            comparison.snapshot = nil
        }
        comparison.requested = key
        comparison.generation += 1
        comparison.state = .preparing(0)
        comparison.shownPlan = min(comparison.shownPlan, pinned.count)
        return .compare(model, key, generation: comparison.generation, isUrgent: isUrgent)
    }

    /// Leaves what the run under way has written, and takes no more of it.
    mutating func stopComparison() {
        guard comparison.state.isRunning else { return }
        comparison.generation += 1
        comparison.state = .stopped
    }
}
