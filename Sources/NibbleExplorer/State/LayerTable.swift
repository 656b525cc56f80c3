import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What is known of each layer under the current plan, summed up over groups.
///
/// Layers are known by their numbers. A change touches the layers that it is about and the groups around them;
/// ``settle()`` then sums up those groups, each from what stands right under its heading. So no event costs more than
/// what it changes, and no frame more than the rows that it shows.
struct LayerTable: Sendable {
    /// What was done since the table was made; it must not grow with the model.
    struct Work: Hashable, Sendable {
        /// Layers that a change was about.
        var layersTouched = 0
        /// Entries that were summed up.
        var entriesSummed = 0
        /// Rows that were made.
        var rowsMade = 0
    }

    /// What never changes.
    let structure: LayerStructure
    /// The settings that plans have used.
    private(set) var palette: SettingPalette
    /// The current plan.
    private(set) var plan: PlanByLayer
    /// What is known of each layer under its current setting.
    private(set) var figures: [LayerFigures?]
    /// The layers that the filter shows; nil shows all.
    private(set) var shown: [Bool]?
    /// Whether each layer is marked: a change applies to it besides the one under the cursor.
    private(set) var isMarked: [Bool]
    /// Marked layers.
    private(set) var markedCount = 0
    var work = Work()

    private var known: [FigureKey: LayerFigures] = [:]
    /// Whether each layer's current figures aren't known.
    private var isWaiting: [Bool]
    /// Whether it waits and no job was asked for.
    private var isUnrequested: [Bool]
    private var unrequestedCount = 0
    private var runMarks: [LayerMarks]
    private var runMarked: [Int] = []
    private var summaries: [LayerSummary]
    private var isStale: [Bool]
    private var staleGroups: [Int] = []

    /// A table of a model under a plan; nothing is known yet.
    init(_ structure: LayerStructure, plan: Plan, originalBytes: Int) {
        let count = structure.layers.count
        self.structure = structure
        palette = SettingPalette(structure)
        self.plan = PlanByLayer(
            ResolvedPlan(plan, structure.planned), originalBytes: originalBytes, palette: &palette)
        figures = Array(repeating: nil, count: count)
        isMarked = Array(repeating: false, count: count)
        runMarks = Array(repeating: [], count: count)
        summaries = Array(repeating: LayerSummary(), count: structure.hierarchy.groups.count)
        isStale = Array(repeating: true, count: summaries.count)
        staleGroups = Array(summaries.indices)
        isWaiting = self.plan.choices.map { $0 != nil }
        isUnrequested = isWaiting
        unrequestedCount = isWaiting.count { $0 }
        settle()
    }

    // MARK: Reading

    /// The setting of a layer; nil keeps it as stored.
    func setting(of layer: Int) -> Setting? { plan.choices[layer].map { palette.settings[$0] } }

    /// What a row shows.
    func summary(of entry: LayerHierarchy.Entry) -> LayerSummary {
        switch entry {
        case .group(let group): summaries[group]
        case .layer(let layer): summary(of: layer)
        }
    }

    private func summary(of layer: Int) -> LayerSummary {
        guard shown?[layer] ?? true else { return LayerSummary() }
        let figures = figures[layer]
        var marks = runMarks[layer]
        if let figures, figures.nonFiniteCount > 0 { marks.insert(.nonFinite) }
        if let figures, figures.clippedFraction > 0 { marks.insert(.weightClip) }
        return LayerSummary(
            layerCount: 1, byteCount: plan.byteCounts[layer], weightCount: structure.weightCounts[layer],
            format: .uniform(
                plan.choices[layer].map { palette.formatNumbers[$0] } ?? structure.storedNameNumbers[layer]),
            worstError: figures?.relativeError,
            waitingCount: isWaiting[layer] ? 1 : 0, marks: marks,
            markedCount: isMarked[layer] ? 1 : 0)
    }

    /// Whether a layer deserves attention: non-finite weights, clips, overflows, or a relative error above 10 %.
    func isHurt(_ layer: Int) -> Bool {
        let summary = summary(of: layer)
        return !summary.marks.isEmpty || (summary.worstError ?? 0) > 0.1
    }

    /// The layers of a row that the filter shows.
    func layers(of entry: LayerHierarchy.Entry) -> [Int] {
        switch entry {
        case .layer(let layer): [layer]
        case .group(let group):
            structure.hierarchy.order[structure.hierarchy.groups[group].layers].filter(isShown)
        }
    }

    /// The first layer of a row that the filter shows.
    func firstLayer(of entry: LayerHierarchy.Entry) -> Int? {
        switch entry {
        case .layer(let layer): layer
        case .group(let group):
            structure.hierarchy.order[structure.hierarchy.groups[group].layers].first(where: isShown)
        }
    }

    /// Whether the filter shows a layer.
    func isShown(_ layer: Int) -> Bool { shown?[layer] ?? true }

    /// The layers whose settings differ from those of another plan, with their settings there.
    func differences(from other: Plan) -> [(layer: Int, before: Setting?)] {
        ResolvedPlan(other, structure.planned).rules.enumerated().compactMap { layer, rule in
            let before = rule < 0 ? nil : other.rules[rule].setting
            return before == setting(of: layer) ? nil : (layer, before)
        }
    }

    /// The marked layers in the order of the model.
    var marked: [Int] { markedCount == 0 ? [] : isMarked.indices.filter { isMarked[$0] } }

    // MARK: Changing

    /// The number of a storage, for results of jobs.
    mutating func number(of storage: StorageEncoding) -> Int { palette.number(of: storage) }

    /// Takes a plan as the current one.
    mutating func apply(_ resolved: ResolvedPlan) {
        let before = plan.choices
        plan = PlanByLayer(resolved, originalBytes: plan.originalBytes, palette: &palette)
        for layer in structure.layers.indices where before[layer] != self.plan.choices[layer] {
            touch(layer)
            let storage = self.plan.choices[layer].map { palette.storage(of: $0) }
            // Another way to multiply the same bytes changes no error.
            if let storage, let old = before[layer], palette.storage(of: old) == storage { continue }
            figures[layer] = storage.flatMap { known[key(layer, $0)] }
            setWaiting(layer, storage != nil && figures[layer] == nil)
        }
    }

    /// Takes in figures of layers in storages.
    mutating func receive(_ results: [FigureResult]) {
        for result in results {
            known[key(result.layer, result.storage)] = result.figures
            guard let choice = plan.choices[result.layer], palette.storage(of: choice) == result.storage
            else { continue }
            figures[result.layer] = result.figures
            setWaiting(result.layer, false)
            touch(result.layer)
        }
    }

    /// Forgets what was found out about the layers, and waits for nothing.
    mutating func forgetFigures() {
        known = [:]
        for layer in figures.indices where figures[layer] != nil || isWaiting[layer] {
            figures[layer] = nil
            setWaiting(layer, false)
            touch(layer)
        }
    }

    /// Takes in what a run of the current plan has counted; nil for nothing.
    mutating func receive(_ reports: [LayerPath: KernelReport]?) {
        let before = runMarked
        for layer in before { runMarks[layer] = [] }
        runMarked = []
        for (path, report) in reports ?? [:] where report.eventCount > 0 {
            guard let layer = structure.numbers[path] else { continue }
            runMarks[layer] = LayerMarks(report)
            runMarked.append(layer)
        }
        for layer in before + runMarked { touch(layer) }
    }

    /// Marks layers, or takes their marks off.
    mutating func mark(_ layers: [Int], _ isWanted: Bool) {
        for layer in layers where isMarked[layer] != isWanted {
            isMarked[layer] = isWanted
            markedCount += isWanted ? 1 : -1
            touch(layer)
        }
    }

    /// Shows the layers that a filter leaves; nil shows all.
    mutating func show(_ shown: [Bool]?) {
        self.shown = shown
        isStale = Array(repeating: true, count: summaries.count)
        staleGroups = Array(summaries.indices)
    }

    /// The figures that are needed and no job was asked for; nil for none.
    ///
    /// - Parameter chosen: a layer whose analysis brings its figures along: it is no reason to ask, and comes last.
    mutating func neededFigures(besides chosen: Int?) -> [FigureRequest]? {
        let isChosenUnrequested = chosen.map { isUnrequested[$0] } ?? false
        guard unrequestedCount > (isChosenUnrequested ? 1 : 0) else { return nil }
        isUnrequested = Array(repeating: false, count: isUnrequested.count)
        unrequestedCount = 0
        let others = isWaiting.indices.filter { isWaiting[$0] && $0 != chosen }
        let last = chosen.map { isWaiting[$0] ? [$0] : [] } ?? []
        work.layersTouched += others.count
        return (others + last).compactMap { layer in
            plan.choices[layer].map { FigureRequest(layer: layer, storage: palette.storage(of: $0)) }
        }
    }

    /// Sums up the groups around what has changed, the inner ones first.
    mutating func settle() {
        for group in staleGroups.sorted(by: >) {
            isStale[group] = false
            var sum = LayerSummary()
            for entry in structure.hierarchy.children(of: group) {
                sum.add(summary(of: entry))
                work.entriesSummed += 1
            }
            summaries[group] = sum
        }
        staleGroups = []
    }

    private mutating func touch(_ layer: Int) {
        work.layersTouched += 1
        var next = structure.hierarchy.innermost[layer]
        // Around a stale group all are stale.
        while let group = next, !isStale[group] {
            isStale[group] = true
            staleGroups.append(group)
            next = structure.hierarchy.groups[group].parent
        }
    }

    private mutating func setWaiting(_ layer: Int, _ isNeeded: Bool) {
        isWaiting[layer] = isNeeded
        guard isUnrequested[layer] != isNeeded else { return }
        isUnrequested[layer] = isNeeded
        unrequestedCount += isNeeded ? 1 : -1
    }

    /// What a figure is about: a layer in one storage.
    private struct FigureKey: Hashable {
        let layer: Int
        /// The storage's number in the palette.
        let storage: Int
    }

    private func key(_ layer: Int, _ storage: Int) -> FigureKey { FigureKey(layer: layer, storage: storage) }
}
