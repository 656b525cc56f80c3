import Foundation
import NibbleQuantization
import NibbleTransformers

/// The plan here and one that somebody else wrote meanwhile, and how they differ.
struct PlanConflict: Sendable {
    let found: FoundPlanFile
    /// Both together; nil if the file holds no plan, or one that has nothing to do with this.
    let merge: PlanMerge?

    init(_ found: FoundPlanFile, ours: Plan, layers: PlannedLayers) {
        self.found = found
        merge = found.base.flatMap { base in
            found.plan.map { PlanMerge(base: base, ours: ours, theirs: $0, layers: layers) }
        }
    }

    /// What differs, in sentences.
    var differences: [String] {
        guard let merge else { return [] }
        var lines = [
            "Changed there: \(Self.list(merge.theirs)).", "Changed here: \(Self.list(merge.ours)).",
        ]
        if !merge.conflicts.isEmpty {
            lines.append("Changed in both, each to something else: \(Self.list(merge.conflicts)).")
        }
        return lines
    }

    /// What becomes of layers that both changed when both plans are brought together.
    var mergeDetail: String {
        merge?.conflicts.isEmpty == false
            ? "their changes and yours; what both changed stays yours" : "their changes and yours"
    }

    private static func list(_ layers: [LayerPath]) -> String {
        guard !layers.isEmpty else { return "no layer" }
        let names = layers.prefix(3).map(\.name.printable).joined(separator: ", ")
        return layers.count > 3 ? "\(layers.count) layers, such as \(names)" : names
    }
}
