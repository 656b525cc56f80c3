import NibbleQuantization
import NibbleTransformers

/// What a plan means for each layer of a model, by the layers' numbers: made once per edit, read in every frame.
struct PlanByLayer: Sendable {
    /// The number of each layer's setting in the palette; nil keeps it as stored.
    let choices: [Int?]
    /// Bytes of each layer.
    let byteCounts: [Int]
    /// Bytes of all tensors of the file.
    let originalBytes: Int
    /// Bytes of all tensors with the plan's layers packed.
    let planBytes: Int
    /// How the plan is called in titles: the format where there is one, else the mean bits per weight.
    let title: String

    /// The plan with everything that follows from it.
    let resolved: ResolvedPlan

    /// - Parameter originalBytes: Bytes of all tensors of the file.
    init(_ resolved: ResolvedPlan, originalBytes: Int, palette: inout SettingPalette) {
        let ofRules = resolved.plan.rules.map { rule in rule.setting.map { palette.number(of: $0) } }
        choices = resolved.rules.map { $0 < 0 ? nil : ofRules[$0] }
        byteCounts = resolved.byteCounts
        self.originalBytes = originalBytes
        planBytes = originalBytes + resolved.size.planBytes - resolved.size.originalBytes
        title = resolved.title
        self.resolved = resolved
    }
}
