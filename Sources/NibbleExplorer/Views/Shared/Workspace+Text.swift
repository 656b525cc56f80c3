import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The bytes of the chosen layer under the current plan.
    var chosenByteCount: Int { chosenNumber.map { resolved.byteCounts[$0] } ?? 0 }

    /// How the plan is called in titles.
    var planTitle: String { resolved.title }

    /// How the plan that was chosen on the comparison screen is called there.
    var shownPlanTitle: String {
        shownPinned == nil ? planTitle : "pinned \(comparison.shownPlan) · \(shownResolved.title)"
    }

    /// How the original's numbers are stored.
    var originalTitle: String {
        model.layers.first?.storedName ?? "original"
    }
}
