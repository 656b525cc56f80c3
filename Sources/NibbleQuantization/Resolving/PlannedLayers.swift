import Foundation
import NibbleTransformers

/// What resolving plans needs to know of a model's layers: made once for a model, shared by all its resolved plans.
public final class PlannedLayers: Sendable {
    /// The layers, in the order of the model.
    public let layers: [LinearLayer]
    /// Bytes of tensors that are no layer and stay as they are.
    let otherByteCount: Int
    /// Bytes of the layers in the file.
    let storedByteCount: Int
    /// Weights of all layers.
    let weightCount: Int
    /// For each layer its kind: layers whose paths differ in the number of their block only are of one kind; nil outside of
    /// blocks.
    let kinds: [Int?]
    /// For each kind how many layers it has.
    let kindCounts: [Int]
    /// For each kind a layer that is of it.
    private let kindExamples: [Int]
    private let places: [LayerPath: Int]
    /// The layers of each name, those of tied weights included.
    private let byName: [String: [Int]]

    /// The layers of a model, and what else its files hold.
    public convenience init(_ model: TransformerModel) {
        let stored = model.layers.reduce(0) { $0 + $1.storedByteCount }
        self.init(model.layers, otherByteCount: model.checkpoint.totalByteCount - stored)
    }

    /// Some layers, beside tensors of so many bytes.
    public init(_ layers: [LinearLayer], otherByteCount: Int = 0) {
        self.layers = layers
        self.otherByteCount = otherByteCount
        var (stored, weights) = (0, 0)
        var places: [LayerPath: Int] = [:]
        var byName: [String: [Int]] = [:]
        var numbers: [LayerKind: Int] = [:]
        var (kinds, counts, examples): ([Int?], [Int], [Int]) = ([], [], [])
        for (index, layer) in layers.enumerated() {
            stored += layer.storedByteCount
            weights += layer.shape.elementCount
            if places[layer.id] == nil { places[layer.id] = index }
            byName[layer.id.name, default: []].append(index)
            for name in layer.tiedNames { byName[name, default: []].append(index) }
            let kind = LayerKind(layer.id).map { kind in
                numbers[kind]
                    ?? {
                        numbers[kind] = counts.count
                        counts.append(0)
                        examples.append(index)
                        return counts.count - 1
                    }()
            }
            if let kind { counts[kind] += 1 }
            kinds.append(kind)
        }
        (storedByteCount, weightCount) = (stored, weights)
        (self.places, self.byName, self.kinds) = (places, byName, kinds)
        (kindCounts, kindExamples) = (counts, examples)
    }

    /// The place of a layer among ``layers``.
    public func index(of id: LayerPath) -> Int? { places[id] }

    /// The layers that have a name.
    func indices(named name: String) -> [Int] { byName[name] ?? [] }

    /// Calls `body` with every name of a layer until it returns true.
    func hasName(_ index: Int, where body: (String) -> Bool) -> Bool {
        let layer = layers[index]
        return body(layer.id.name) || layer.tiedNames.contains(where: body)
    }

    /// `layers\.\d+\.mlp\.up_proj`: a pattern that matches the layers of a kind.
    func pattern(ofKind kind: Int) -> String {
        LayerKind(layers[kindExamples[kind]].id)?.pattern ?? ""
    }
}

/// A path without the number of its block.
private struct LayerKind: Hashable {
    let before: Substring
    let after: Substring

    /// Nil outside of blocks.
    init?(_ path: LayerPath) {
        guard let block = path.block else { return nil }
        let words = path.words
        guard let word = words.first(where: { $0 == "\(block)" }) else { return nil }
        before = path.name[..<word.startIndex]
        after = path.name[word.endIndex...]
    }

    /// The pattern with digits in the place of the number.
    var pattern: String {
        NSRegularExpression.escapedPattern(for: String(before)) + "\\d+"
            + NSRegularExpression.escapedPattern(for: String(after))
    }
}
