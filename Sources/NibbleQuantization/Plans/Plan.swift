import NibbleTransformers

/// The settings of a model's layers, written as ordered rules: later rules win.
///
/// What the rules mean for the layers of a model is a ``ResolvedPlan``. A rule for a tied name, such as `lm_head`, applies
/// to the layer that holds the weights.
///
///     let plan = Plan(rules: [try PlanRule(parsing: ".*=int4 group=32"), try PlanRule(parsing: "lm_head=original")])
///     ResolvedPlan(plan, model: model).size.bitsPerWeight
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
