import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

extension Workspace {
    /// The analysis that the weights panel needs and nobody has asked for.
    mutating func neededAnalysis(size: Size) -> AnalysisJob? {
        guard !isStale, let request = analysisRequest(size: size), chart.analysis.request(request) else {
            return nil
        }
        return AnalysisJob(model: model, request: request)
    }

    private func analysisRequest(size: Size) -> AnalysisRequest? {
        guard let layer = chosenLayer else { return nil }
        // Another setting may have fewer groups than the one that was shown.
        let group = min(chart.group, max((chosenLayout?.groupsPerRow ?? 1) - 1, 0))
        let layout = ExplorerLayout(size: size)
        return AnalysisRequest(
            layer: layer.id, storage: chosenSetting?.storage, grid: chart.grid,
            row: chart.grid == .group ? chart.row : 0, group: chart.grid == .group ? group : 0,
            bins: layout.chartColumns, hasCompanion: !layout.companion.isEmpty)
    }

    /// The run that the screen needs and nobody has asked for.
    mutating func neededComparison() -> ComparisonJob? {
        guard !isStale, comparison.followsEdits, comparisonKey != comparison.run.requested else { return nil }
        // The first run follows no edit, so there are no further keys to wait for.
        return comparisonJob(isUrgent: comparison.run.requested == nil)
    }

    /// What a run started now would depend on.
    var comparisonKey: Comparison.Key {
        var plans = [plans.current]
        for pinned in pinned where !plans.contains(where: { $0.rules == pinned.plan.rules }) {
            plans.append(pinned.plan)
        }
        guard form.writesTokens else {
            return Comparison.Key(
                prompt: comparison.prompt, mode: .teacherForced, maximumTokens: 0, plans: plans)
        }
        return Comparison.Key(
            prompt: comparison.prompt, mode: comparison.mode, maximumTokens: comparison.maximumTokens,
            plans: plans)
    }

    /// The run that the state asks for.
    ///
    /// - Parameter isUrgent: false waits a moment for further keys first.
    mutating func comparisonJob(isUrgent: Bool) -> ComparisonJob {
        let key = comparisonKey
        // What was written on another prompt or in another mode must not stand under this one.
        if let before = comparison.run.requested, (before.prompt, before.mode) != (key.prompt, key.mode) {
            forgetRun()
        }
        comparison.run.restart(key)
        comparison.shownPlan = min(comparison.shownPlan, pinned.count)
        return ComparisonJob(model: model, key: key, isUrgent: isUrgent)
    }

    /// Keeps the plan for the next start, if it has changed.
    mutating func neededKeeping() -> KeepPlanJob? { kept.request(plans.current) ? keepJob : nil }

    /// Keeps plan and prompts for the next start.
    var keepJob: KeepPlanJob {
        KeepPlanJob(
            model: model, plan: plans.current, location: planLocation, prompts: comparison.promptHistory,
            agreed: agreed)
    }
}
