import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What follows from a plan for each layer of a model: made once per edit, read in every frame.
struct ResolvedPlan: Sendable {
    /// The setting of each layer; a layer without one stays as stored.
    let settings: [LayerPath: Setting]
    /// The packed layout of each layer that has a setting which can be used with it.
    let layouts: [LayerPath: PackedLayout]
    /// Bytes of each layer.
    let byteCounts: [LayerPath: Int]
    /// Bytes of all tensors of the file.
    let originalBytes: Int
    /// Bytes of all tensors with the plan's layers packed.
    let planBytes: Int
    /// How the plan is called in titles: the format where there is one, else the mean bits per weight.
    let title: String

    init(_ plan: Plan, model: TransformerModel) {
        let settings = plan.resolve(model.layers)
        var layouts: [LayerPath: PackedLayout] = [:]
        var byteCounts: [LayerPath: Int] = [:]
        var known: [LayoutKey: PackedLayout] = [:]
        var (stored, packed) = (0, 0)
        for layer in model.layers {
            let original = layer.storedByteCount
            var layout: PackedLayout?
            if let encoding = settings[layer.id]?.storage {
                let key = LayoutKey(shape: layer.shape, encoding: encoding)
                layout = known[key] ?? Self.layout(of: layer.shape, encoding)
                known[key] = layout
            }
            layouts[layer.id] = layout
            byteCounts[layer.id] = layout?.byteCount ?? original
            stored += original
            packed += layout?.byteCount ?? original
        }
        self.settings = settings
        self.layouts = layouts
        self.byteCounts = byteCounts
        originalBytes = model.checkpoint.totalByteCount
        planBytes = originalBytes - stored + packed
        title = Self.title(settings, model: model, byteCount: packed)
    }

    private struct LayoutKey: Hashable {
        let shape: MatrixShape
        let encoding: StorageEncoding
    }

    private static func layout(of shape: MatrixShape, _ encoding: StorageEncoding) -> PackedLayout? {
        try? FormatCatalogue.format(named: encoding.format).layout(of: shape, encoding: encoding)
    }

    private static func title(_ settings: [LayerPath: Setting], model: TransformerModel, byteCount: Int)
        -> String
    {
        let names = Set(model.layers.map { settings[$0.id]?.storage.format ?? "" })
        if names.count == 1, let name = names.first { return name.isEmpty ? "as stored" : name }
        let weights = model.layers.reduce(0) { $0 + $1.shape.elementCount }
        return weights == 0
            ? "mixed" : "mixed " + FigureText.decimals(Double(byteCount * 8) / Double(weights), 1) + " bit"
    }
}
