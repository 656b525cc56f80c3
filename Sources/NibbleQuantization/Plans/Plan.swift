import NibbleTransformers

/// The settings of a model's layers, written as ordered rules: later rules win.
public struct Plan: Hashable, Sendable {
    /// The plan's name, shown in headers.
    public var name: String
    /// The model it was made for; only a remark.
    public var model: String?
    /// The rules; a layer takes the last one that matches, and stays as stored if none does.
    public var rules: [PlanRule]

    /// A plan; without rules it keeps every layer as stored.
    public init(name: String = "plan", model: String? = nil, rules: [PlanRule] = []) {
        self.name = name
        self.model = model
        self.rules = rules
    }

    /// The setting of the layer with one of these names; nil keeps it as stored.
    private static func setting(
        _ names: [String], _ rules: [(pattern: LayerPattern, setting: Setting?)]
    ) -> Setting? {
        rules.last { rule in names.contains(where: rule.pattern.matches) }?.setting
    }

    private var ready: [(pattern: LayerPattern, setting: Setting?)] {
        rules.map { (LayerPattern($0.pattern), $0.setting) }
    }

    /// The setting of a layer by its name; nil keeps it as stored.
    public func setting(for id: LayerPath) -> Setting? { Self.setting([id.name], ready) }

    /// The settings of `layers`; those that stay as stored are absent.
    ///
    /// A rule for a tied name, such as `lm_head`, applies to the layer that holds the weights.
    public func resolve(_ layers: [LinearLayer]) -> [LayerPath: Setting] {
        let ready = ready
        var settings: [LayerPath: Setting] = [:]
        for layer in layers { settings[layer.id] = Self.setting(layer.allNames, ready) }
        return settings
    }

    /// Patterns that match none of `layers`: usually a slip of the pen.
    public func idlePatterns(among layers: [LinearLayer]) -> [String] {
        let names = layers.flatMap(\.allNames)
        return rules.map(\.pattern).filter { !names.contains(where: LayerPattern($0).matches) }
    }

    /// The layers where this plan and `other` differ, in the order of `layers`.
    public func differences(from other: Plan, layers: [LinearLayer]) -> [PlanDifference] {
        let (before, after) = (other.resolve(layers), resolve(layers))
        return layers.compactMap { layer in
            let difference = PlanDifference(layer: layer.id, before: before[layer.id], after: after[layer.id])
            return difference.before == difference.after ? nil : difference
        }
    }
}

/// A layer that two plans treat differently.
public struct PlanDifference: Hashable, Sendable, CustomStringConvertible {
    /// The layer.
    public let layer: LayerPath
    /// Its setting in the plan compared with; nil is as stored.
    public let before: Setting?
    /// Its setting in this plan; nil is as stored.
    public let after: Setting?

    /// `layers.0.mlp.up_proj: int8 → int4`.
    public var description: String {
        "\(layer.name): \(Setting.text(of: before)) → \(Setting.text(of: after))"
    }
}

extension LinearLayer {
    /// The canonical name and those of layers that share the weights.
    var allNames: [String] { [id.name] + tiedNames }
}
