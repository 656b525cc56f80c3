import NibbleTransformers

/// Two plans that were made from one, brought together layer by layer.
///
/// What only one of them changed is taken from it; of what both changed, ours stands.
public struct PlanMerge: Sendable {
    /// Both plans' changes in one plan.
    public let merged: Plan
    /// The layers that ours changed.
    public let ours: [LayerPath]
    /// The layers that theirs changed.
    public let theirs: [LayerPath]
    /// The layers that both changed, each to something else.
    public let conflicts: [LayerPath]

    /// Merges for a model's layers.
    ///
    /// - Parameter base: what both were made from; nil if that is not known, and then every difference is a conflict.
    public init(base: Plan?, ours: Plan, theirs: Plan, layers: PlannedLayers) {
        let mine = ResolvedPlan(ours, layers)
        let other = ResolvedPlan(theirs, layers)
        let before = base.map { ResolvedPlan($0, layers) }
        var (changedHere, changedThere, conflicts): ([LayerPath], [LayerPath], [LayerPath]) = ([], [], [])
        var taken: [(setting: Setting?, layers: [LayerPath])] = []
        for (index, layer) in layers.layers.enumerated() {
            let (here, there) = (mine.setting(at: index), other.setting(at: index))
            let isChangedHere = before.map { $0.setting(at: index) != here } ?? (here != there)
            let isChangedThere = before.map { $0.setting(at: index) != there } ?? (here != there)
            if isChangedHere { changedHere.append(layer.id) }
            if isChangedThere { changedThere.append(layer.id) }
            if isChangedHere, isChangedThere, here != there { conflicts.append(layer.id) }
            guard isChangedHere, here != there else { continue }
            if let place = taken.firstIndex(where: { $0.setting == here }) {
                taken[place].layers.append(layer.id)
            } else {
                taken.append((here, [layer.id]))
            }
        }
        var result = other
        for (setting, layers) in taken { result = result.setting(layers, to: setting) }
        var merged = result.plan
        merged.rules = Self.idleRules(of: ours, besides: base, theirs, layers) + merged.rules
        if ours.name != base?.name { merged.name = ours.name }
        (self.merged, self.ours, self.theirs, self.conflicts) = (merged, changedHere, changedThere, conflicts)
    }

    /// Rules of ours that mean none of these layers, and that nobody else has: they are meant for other models.
    private static func idleRules(
        of ours: Plan, besides base: Plan?, _ theirs: Plan, _ layers: PlannedLayers
    ) -> [PlanRule] {
        let known = Set((base?.rules ?? []) + theirs.rules)
        return ours.rules.filter { !known.contains($0) && RuleMatching.isIdle($0, layers) }
    }
}
