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

    /// - Parameter originalBytes: Bytes of all tensors of the file.
    init(_ plan: Plan, _ structure: LayerStructure, originalBytes: Int, palette: inout SettingPalette) {
        let ofRules = plan.rules.map { rule in rule.setting.map { palette.number(of: $0) } }
        let choices = structure.index.rules(of: plan).map { $0 < 0 ? nil : ofRules[$0] }
        var byteCounts: [Int] = []
        byteCounts.reserveCapacity(choices.count)
        var (stored, weights) = (0, 0)
        for (place, layer) in structure.layers.enumerated() {
            let layout = choices[place].flatMap {
                palette.layout(ofShape: structure.shapeNumbers[place], setting: $0)
            }
            let original = layer.storedByteCount
            byteCounts.append(layout?.byteCount ?? original)
            stored += original
            weights += layer.shape.elementCount
        }
        let packed = byteCounts.reduce(0, +)
        self.choices = choices
        self.byteCounts = byteCounts
        self.originalBytes = originalBytes
        planBytes = originalBytes - stored + packed
        title = Self.title(choices, palette, bits: Double(packed * 8), weights: weights)
    }

    private static func title(
        _ choices: [Int?], _ palette: SettingPalette, bits: Double, weights: Int
    ) -> String {
        var isUsed = [Bool](repeating: false, count: palette.settings.count)
        var isAnyStored = false
        for choice in choices {
            if let choice { isUsed[choice] = true } else { isAnyStored = true }
        }
        let names = Set(isUsed.indices.filter { isUsed[$0] }.map { palette.settings[$0].storage.format })
        if let name = names.first, names.count == 1, !isAnyStored { return name }
        if names.isEmpty, isAnyStored { return "as stored" }
        return weights == 0 ? "mixed" : "mixed \(FigureText.decimals(bits / Double(weights), 1)) bit"
    }
}
