import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension ApplicationState {
    /// Answers a key that changes the setting of the target layers.
    mutating func changeSetting(_ action: Action) {
        switch action {
        case .nextFormat: change { Setting.nextFormat(after: $0 ?? Self.lastUnquantized) }
        case .moreBits:
            changeSet("has no wider format in its family") { setting, _ in setting.movingBitWidth(by: 1) }
        case .fewerBits:
            changeSet("has no narrower format in its family") { setting, _ in setting.movingBitWidth(by: -1) }
        case .finerGranularity:
            changeSet("has one granularity only") { setting, _ in setting.movingGranularity(by: 1) }
        case .coarserGranularity:
            changeSet("has one granularity only") { setting, _ in setting.movingGranularity(by: -1) }
        case .nextRangeRule:
            changeSet("defines its range itself") { setting, _ in setting.movingRangeRule(by: 1) }
        case .shrinkRange:
            changeSet("cannot be narrowed any further") { $0.movingClip(by: -1, parameters: $1) }
        case .widenRange: changeSet("cannot be widened any further") { $0.movingClip(by: 1, parameters: $1) }
        case .nextActivation:
            changeSet("has one activation scheme only") { setting, _ in setting.movingActivation(by: 1) }
        case .nextAccumulator: nextAccumulator()
        default: break
        }
    }

    /// The first press of the format key on a layer kept as stored chooses the format after the float ones.
    private static var lastUnquantized: Setting? {
        FormatCatalogue.all.prefix { $0.family == .floatingPoint }.last.map(Setting.standard)
    }

    private mutating func nextAccumulator() {
        if let setting = workspace?.chosenSetting, setting.arithmetic.activation == "float" {
            refuse(
                "\(setting.storage.format) sums in floating point: choose integer activations with a first.")
        } else {
            changeSet("has one accumulator only") { setting, _ in setting.movingAccumulator(by: 1) }
        }
    }

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
        var plan = workspace.resolved
        for (before, ids) in Dictionary(grouping: workspace.targets, by: { workspace.setting(of: $0) }) {
            plan = plan.setting(ids, to: change(before))
        }
        self.workspace?.edit(plan)
    }

    private mutating func change(_ change: (Setting?) -> Setting?) {
        // All targets follow the first: a mixed block becomes uniform.
        guard let first = workspace?.targets.first else { return }
        let setting = change(workspace?.setting(of: first))
        setTargets { _ in setting }
    }

    private mutating func changeSet(
        _ reason: String, _ change: (Setting, TensorParameters?) -> Setting?
    ) {
        guard let workspace, let first = workspace.targets.first else { return }
        guard let setting = workspace.setting(of: first) else {
            refuse("\(first.name) is kept as stored: press Space or f for a format first.")
            return
        }
        guard change(setting, workspace.shownParameters) != nil else {
            refuse("\(setting.storage.format) \(reason).")
            return
        }
        let parameters = workspace.shownParameters
        setTargets { $0.map { change($0, parameters) ?? $0 } }
    }
}

extension Workspace {
    /// The tensor's own parameters that the weights panel shows: a key moves the binary point on from there.
    var shownParameters: TensorParameters? {
        guard let shown = chart.shown, shown.request.layer == chosenLayer?.id,
            shown.request.storage == chosenSetting?.storage
        else { return nil }
        return shown.parameters
    }
}
