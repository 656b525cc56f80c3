import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The bytes of a layer under the current plan.
    func byteCount(of id: LayerPath) -> Int { resolved.byteCounts[id] ?? 0 }

    /// The packed layout of a layer under the current plan; nil where it stays as stored.
    func layout(of layer: LinearLayer) -> PackedLayout? { resolved.layouts[layer.id] }

    /// How the plan is called in titles.
    var planTitle: String { resolved.title }

    /// How the plan that was chosen on the comparison screen is called there.
    var shownPlanTitle: String {
        shownPinned == nil ? planTitle : "pinned \(comparison.shownPlan) · \(shownResolved.title)"
    }

    /// How the original's numbers are stored.
    var originalTitle: String {
        model.layers.first?.storedName ?? "original"
    }

    /// What a job is doing, in a word or two.
    var runningJob: String? {
        if case .preparing(let share) = comparison.state { return "encoding \(FigureText.percent(share))" }
        if comparison.state.isRunning { return "running" }
        if let shown = chart.shown, let wanted = chart.requested, shown.request != wanted || !shown.isExact,
            chart.problem == nil
        {
            return "counting"
        }
        return nil
    }
}
