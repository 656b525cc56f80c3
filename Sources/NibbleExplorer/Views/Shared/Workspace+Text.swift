import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The bytes of a layer under the current plan.
    func byteCount(of id: LayerID) -> Int {
        guard let layer = model.layers.first(where: { $0.id == id }) else { return 0 }
        return layout(of: layer)?.byteCount ?? layer.shape.elementCount * (layer.storage?.byteCount ?? 0)
    }

    /// The packed layout of a layer under the current plan; nil where it stays as stored.
    func layout(of layer: LinearLayer) -> PackedLayout? {
        guard let encoding = setting(of: layer.id)?.encoding,
            let format = try? FormatCatalogue.format(named: encoding.format)
        else { return nil }
        return try? format.layout(of: layer.shape, encoding: encoding)
    }

    /// Size of all weights before and after.
    var planSize: (originalBytes: Int, planBytes: Int) {
        let others = model.checkpoint.totalByteCount
        let before = model.layers.reduce(0) { $0 + $1.shape.elementCount * ($1.storage?.byteCount ?? 0) }
        let after = model.layers.reduce(0) { $0 + byteCount(of: $1.id) }
        return (others, others - before + after)
    }

    /// How the plan is called in titles: the format where there is one, else the mean bits per weight.
    var planTitle: String {
        let names = Set(model.layers.map { setting(of: $0.id)?.encoding.format ?? "" })
        if names.count == 1, let name = names.first { return name.isEmpty ? "as stored" : name }
        let weights = model.layers.reduce(0) { $0 + $1.shape.elementCount }
        let bytes = model.layers.reduce(0) { $0 + byteCount(of: $1.id) }
        return weights == 0
            ? "mixed" : "mixed " + FigureText.decimals(Double(bytes * 8) / Double(weights), 1) + " bit"
    }

    /// How the original's numbers are stored.
    var originalTitle: String {
        model.layers.lazy.compactMap(\.storage?.rawValue).first ?? "original"
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
