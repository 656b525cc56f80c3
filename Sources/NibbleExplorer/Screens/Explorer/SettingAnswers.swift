import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension ApplicationState {
    /// Gives the target layers the next weight format.
    mutating func nextFormat() {
        guard let first = workspace?.targets.first else { return refuseWithoutLayers() }
        // All targets follow the first: a mixed block becomes uniform.
        let setting = Setting.nextFormat(after: workspace?.table.setting(of: first) ?? Self.lastUnquantized)
        setTargets { _ in setting }
    }

    /// Opens the list of weight formats.
    mutating func pickFormat() {
        guard let workspace, let layer = workspace.chosenLayer else { return refuseWithoutLayers() }
        overlay = .picker(.formats(current: workspace.chosenSetting, storedName: layer.storedName))
    }

    /// Gives the target layers a format of more bits, or of fewer.
    mutating func moveBits(by offset: Int) {
        changeSet("has no \(offset > 0 ? "wider" : "narrower") format in its family") { setting, _ in
            setting.movingBitWidth(by: offset)
        }
    }

    /// Lets more weights share a scale, or fewer.
    mutating func moveGranularity(by offset: Int) {
        changeSet("has one granularity only") { setting, _ in setting.movingGranularity(by: offset) }
    }

    /// Finds the range by another rule.
    mutating func nextRangeRule() {
        changeSet("defines its range itself") { setting, _ in setting.movingRangeRule(by: 1) }
    }

    /// Moves the ends of the grid, or the binary point.
    mutating func moveClip(by offset: Int) {
        changeSet("cannot be \(offset < 0 ? "narrowed" : "widened") any further") {
            $0.movingClip(by: offset, parameters: $1)
        }
    }

    /// Quantizes activations by another scheme.
    mutating func nextActivation() {
        changeSet("has one activation scheme only") { setting, _ in setting.movingActivation(by: 1) }
    }

    /// Keeps the target layers as they are stored.
    mutating func resetLayers() {
        guard let workspace, let first = workspace.targets.first else { return refuseWithoutLayers() }
        guard workspace.targets.contains(where: { workspace.resolved.choices[$0] != nil }) else {
            return refuse("\(name(of: first)) is kept as stored already.")
        }
        setTargets { _ in nil }
    }

    private mutating func refuseWithoutLayers() {
        refuse(workspace?.noLayerReason ?? "No model is open.")
    }

    /// The first press of the format key on a layer kept as stored chooses the format after the float ones.
    private static var lastUnquantized: Setting? {
        FormatCatalogue.all.prefix { $0.family == .floatingPoint }.last.map(Setting.standard)
    }

    /// Sums in another accumulator.
    mutating func nextAccumulator() {
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
            return refuse("There is no format \(name).")
        }
        setTargets { _ in setting }
    }

    /// Applies `change` to the setting of every target layer.
    mutating func setTargets(_ change: (Setting?) -> Setting?) {
        guard let table = workspace?.table, let targets = workspace?.targets else { return }
        var plan = table.plan.resolved
        var layers = [[Int]](repeating: [], count: table.palette.settings.count + 1)
        for layer in targets { layers[table.plan.choices[layer].map { $0 + 1 } ?? 0].append(layer) }
        // Layers that get the same setting are edited together: all layers take one rule, whatever they had before.
        var edits: [Setting?: [Int]] = [:]
        for (choice, layers) in layers.enumerated() where !layers.isEmpty {
            let before = choice == 0 ? nil : table.palette.settings[choice - 1]
            edits[change(before), default: []] += layers
        }
        for (setting, layers) in edits.sorted(by: { ($0.value.first ?? 0) < ($1.value.first ?? 0) }) {
            plan = plan.setting(layers.map { table.structure.layers[$0].id }, to: setting)
        }
        workspace?.edit(plan)
    }

    private func name(of layer: Int) -> String { workspace?.table.structure.layers[layer].id.name ?? "" }

    private mutating func changeSet(
        _ reason: String, _ change: (Setting, TensorParameters?) -> Setting?
    ) {
        guard let workspace, let first = workspace.targets.first else { return refuseWithoutLayers() }
        guard let setting = workspace.table.setting(of: first) else {
            return refuse("\(name(of: first)) is kept as stored: press Space or f for a format first.")
        }
        let parameters = workspace.shownParameters
        guard let changed = change(setting, parameters) else {
            return refuse("\(setting.storage.format) \(reason).")
        }
        setTargets { target in target == setting ? changed : target.map { change($0, parameters) ?? $0 } }
    }
}

extension Workspace {
    /// The tensor's own parameters that the weights panel shows: a key moves the binary point on from there.
    var shownParameters: TensorParameters? {
        guard let shown = chart.analysis.value, shown.request.layer == chosenLayer?.id,
            shown.request.storage == chosenSetting?.storage
        else { return nil }
        return shown.parameters
    }
}
