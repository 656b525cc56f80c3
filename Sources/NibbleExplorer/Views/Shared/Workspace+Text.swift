import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The bytes of a layer under the current plan.
    func byteCount(of id: LayerPath) -> Int { resolved.byteCounts[id] ?? 0 }

    /// The packed layout of a layer under the current plan; nil where it stays as stored.
    func layout(of layer: LinearLayer) -> PackedLayout? { resolved.layouts[layer.id] }

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
