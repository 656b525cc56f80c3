import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension ApplicationState {
    /// Answers a key that changes the setting of the target layers.
    mutating func changeSetting(_ action: Action) {
        switch action {
        case .nextFormat: change { $0?.nextFormat ?? Self.firstSetting }
        case .moreBits: changeSet("has no format with more bits in its family") { $0.withBits(by: 1) }
        case .fewerBits: changeSet("has no format with fewer bits in its family") { $0.withBits(by: -1) }
        case .finerGranularity: changeSet("has one granularity only") { $0.withGranularity(by: 1) }
        case .coarserGranularity: changeSet("has one granularity only") { $0.withGranularity(by: -1) }
        case .nextRangeRule: changeSet("defines its range itself") { $0.nextRangeRule }
        case .shrinkRange: changeSet("defines its range itself", relativeTo: true) { $0.withRange(by: -1, at: $1) }
        case .widenRange: changeSet("defines its range itself", relativeTo: true) { $0.withRange(by: 1, at: $1) }
        case .nextActivation: changeSet("has one activation scheme only") { $0.nextActivation }
        case .nextAccumulator: changeSet("sums in floating point: choose integer activations first (a)") { $0.nextAccumulator }
        default: break
        }
    }

    /// What the first press of a format key chooses on a layer that is kept as stored.
    static var firstSetting: Setting { Setting.firstQuantized }

    /// Gives the target layers a format by its name, keeping nothing of the setting before.
    mutating func setFormat(named name: String) {
        guard let setting = try? Setting(parsing: name) else {
            refuse("There is no format \(name).")
            return
        }
        setTargets { _ in setting }
    }

    /// Applies `change` to the setting of every target layer.
    mutating func setTargets(_ change: (Setting?) -> Setting?) {
        guard let workspace else { return }
        var plan = workspace.plans.current
        for (before, ids) in Dictionary(grouping: workspace.targets, by: { workspace.setting(of: $0) }) {
            plan = plan.setting(ids, to: change(before), among: workspace.model.layers)
        }
        self.workspace?.plans.edit(plan)
    }

    private mutating func change(_ change: (Setting?) -> Setting?) {
        // All targets follow the first: a mixed block becomes uniform.
        guard let first = workspace?.targets.first else { return }
        let setting = change(workspace?.setting(of: first))
        setTargets { _ in setting }
    }

    private mutating func changeSet(_ reason: String, _ change: (Setting) -> Setting?) {
        changeSet(reason) { setting, _ in change(setting) }
    }

    private mutating func changeSet(
        _ reason: String, relativeTo picture: Bool = false, _ change: (Setting, Int?) -> Setting?
    ) {
        guard let workspace, let first = workspace.targets.first else { return }
        guard let setting = workspace.setting(of: first) else {
            refuse("\(first.name) is kept as stored: press Space or f for a format first.")
            return
        }
        guard change(setting, workspace.shownFractionBits) != nil else {
            refuse("\(setting.encoding.format) \(reason).")
            return
        }
        let point = workspace.shownFractionBits
        setTargets { $0.map { change($0, point) ?? $0 } }
    }
}

extension Workspace {
    /// The binary point that the weights panel shows, from which a key moves it on.
    var shownFractionBits: Int? {
        guard let shown = chart.shown, shown.request.layer == chosenLayer?.id else { return nil }
        return shown.fractionBits
    }
}
