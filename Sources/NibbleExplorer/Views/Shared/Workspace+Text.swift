import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The bytes of a layer under the current plan.
    func byteCount(of id: LayerPath) -> Int { resolved.byteCount(of: id) }

    /// The packed layout of a layer under the current plan; nil where it stays as stored.
    func layout(of layer: LinearLayer) -> PackedLayout? { resolved.layout(of: layer.id) }

    /// How the plan is called in titles.
    var planTitle: String { resolved.title }

    /// How the original's numbers are stored.
    var originalTitle: String {
        model.layers.first?.storedName ?? "original"
    }

    /// What a job is doing, in a word or two.
    var runningJob: String? {
        if let share = comparison.preparation, comparison.isRunning {
            return "encoding \(FigureText.percent(share))"
        }
        if comparison.isRunning { return "running" }
        if let shown = chart.shown, let wanted = chart.requested, shown.request != wanted || !shown.isExact,
            chart.problem == nil
        {
            return "counting"
        }
        return nil
    }
}

extension Comparison {
    /// The mean divergence of the shown plan from the original, in nats per token.
    var shownDamage: Double? {
        guard let records = planProgress?.records else { return nil }
        let values = records.compactMap(\.klDivergence)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
