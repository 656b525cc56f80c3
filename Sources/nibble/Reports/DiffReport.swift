import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// What `nibble diff` tells.
struct DiffReport: Encodable {
    struct Rule: Encodable {
        let pattern: String
        let setting: String
    }

    struct Layer: Encodable {
        let layer: String
        let before: String
        let after: String
    }

    struct Size: Encodable {
        let beforeBytes: Int
        let afterBytes: Int
        let beforeBitsPerWeight: Double
        let afterBitsPerWeight: Double
    }

    let schema = "nibble.diff/1"
    let before: String
    let after: String
    let removedRules: [Rule]
    let addedRules: [Rule]
    /// Whether both have the same rules in another order, which can matter: later rules win.
    let isReordered: Bool
    let model: String?
    let layers: [Layer]?
    let size: Size?

    init(from first: Plan, to second: Plan, model: TransformerModel?) throws {
        before = first.name
        after = second.name
        let changes = second.rules.difference(from: first.rules)
        var (removed, added): ([PlanRule], [PlanRule]) = ([], [])
        for change in changes {
            switch change {
            case .remove(_, let rule, _): removed.append(rule)
            case .insert(_, let rule, _): added.append(rule)
            }
        }
        isReordered = !removed.isEmpty && Set(removed) == Set(added)
        removedRules = removed.map(Self.rule)
        addedRules = added.map(Self.rule)
        self.model = model?.name
        let resolved = model.map(PlannedLayers.init).map {
            (ResolvedPlan(first, $0), ResolvedPlan(second, $0))
        }
        layers = resolved.map { first, second in
            second.differences(from: first).map {
                Layer(
                    layer: $0.layer.name, before: Setting.text(of: $0.before),
                    after: Setting.text(of: $0.after))
            }
        }
        size = try resolved.map { first, second in
            let (old, new) = (try first.checkedSize(), try second.checkedSize())
            return Size(
                beforeBytes: old.planBytes, afterBytes: new.planBytes, beforeBitsPerWeight: old.bitsPerWeight,
                afterBitsPerWeight: new.bitsPerWeight)
        }
    }

    private static func rule(_ rule: PlanRule) -> Rule {
        Rule(pattern: rule.pattern, setting: Setting.text(of: rule.setting))
    }
}

extension DiffReport {
    /// The differences for a person.
    var text: String {
        guard let layers else { return rulesText }
        var table = TextTable([.text("layer"), .text(before), .text(after)])
        for layer in layers { table.add([layer.layer, layer.before, layer.after]) }
        return (layers.isEmpty ? "No layer differs.\n" : table.text) + sizeText
    }

    private var rulesText: String {
        guard !removedRules.isEmpty || !addedRules.isEmpty else { return "The rules are the same.\n" }
        let lines =
            removedRules.map { "- \($0.pattern)  \($0.setting)" }
            + addedRules.map { "+ \($0.pattern)  \($0.setting)" }
        let remark = isReordered ? ["The rules are the same in another order; later rules win."] : []
        return (lines + remark).map { $0.printable + "\n" }.joined()
    }

    private var sizeText: String {
        guard let size else { return "" }
        return "\n"
            + FieldList.text([
                ("size", "\(FigureText.bytes(size.beforeBytes)) -> \(FigureText.bytes(size.afterBytes))"),
                (
                    "bits per weight",
                    "\(FigureText.plain(size.beforeBitsPerWeight, decimals: 3)) -> "
                        + FigureText.plain(size.afterBitsPerWeight, decimals: 3)
                ),
            ])
    }
}
