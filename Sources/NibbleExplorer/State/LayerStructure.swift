import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What never changes about a model's layers, by their numbers; made once, off the thread that draws.
struct LayerStructure: Sendable {
    /// The layers in the order of the model.
    let layers: [LinearLayer]
    /// Their groups.
    let hierarchy: LayerHierarchy
    /// The layers ready for plans.
    let planned: PlannedLayers
    /// The number of each layer by its path.
    let numbers: [LayerPath: Int]
    /// The layers in the order of their names.
    let byName: [Int]
    /// Weights of each layer.
    let weightCounts: [Int]
    /// The names of the formats that the file has, and the number of each layer's.
    let storedNames: [String]
    let storedNameNumbers: [Int]

    /// The structure of some layers.
    init(_ layers: [LinearLayer]) {
        self.layers = layers
        hierarchy = LayerHierarchy(layers.map(\.id))
        planned = PlannedLayers(layers)
        numbers = Dictionary(
            zip(layers.lazy.map(\.id), layers.indices), uniquingKeysWith: { first, _ in first })
        byName = layers.indices.sorted { layers[$0].id < layers[$1].id }
        weightCounts = layers.map(\.shape.elementCount)
        (storedNames, storedNameNumbers) = Self.numbered(layers.map(\.storedName))
    }

    /// Each value once, and the number of each in that list.
    private static func numbered<Value: Hashable>(_ values: [Value]) -> (values: [Value], numbers: [Int]) {
        var known: [Value: Int] = [:]
        var distinct: [Value] = []
        let numbers = values.map { value in
            if let number = known[value] { return number }
            known[value] = distinct.count
            distinct.append(value)
            return distinct.count - 1
        }
        return (distinct, numbers)
    }

    /// Which layers' names match a filter somewhere; nil where it shows all, as it does while it is no valid expression.
    func matching(_ filter: String) -> [Bool]? {
        guard !filter.isEmpty, let pattern = try? LayerPattern(filter: filter) else { return nil }
        var matcher = pattern.matcher(.part)
        return layers.map { matcher.matches($0.id.name) }
    }
}
