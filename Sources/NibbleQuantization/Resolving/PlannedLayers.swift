import Foundation
import NibbleKernels
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
    /// For each layer its shape.
    let shapes: [MatrixShape]
    /// For each layer its bytes in the file.
    let storedByteCounts: [Int]
    /// For each layer its kind: layers whose paths differ in the number of their block only are of one kind; nil outside of
    /// blocks.
    let kinds: [Int?]
    /// For each kind how many layers it has.
    let kindCounts: [Int]
    /// For each kind a layer that is of it.
    private let kindExamples: [Int]
    /// For each layer its name and those of tied weights.
    private let names: [String]
    private let tiedNames: [[String]]
    private let places: [LayerPath: Int]
    /// The layers of each name, those of tied weights included.
    private let byName: [String: [Int]]
    /// The layers that the pattern of each kind matches: found without the expression.
    private let byKindPattern: [String: [Int]]

    /// The layers of a model, and what else its files hold.
    public convenience init(_ model: TransformerModel) {
        let stored = model.layers.reduce(0) { $0 + $1.storedByteCount }
        self.init(model.layers, otherByteCount: model.checkpoint.totalByteCount - stored)
    }

    /// Some layers, beside tensors of so many bytes.
    public init(_ layers: [LinearLayer], otherByteCount: Int = 0) {
        self.layers = layers
        self.otherByteCount = otherByteCount
        names = layers.map(\.id.name)
        tiedNames = layers.map(\.tiedNames)
        shapes = layers.map(\.shape)
        storedByteCounts = layers.map(\.storedByteCount)
        storedByteCount = storedByteCounts.reduce(0, +)
        weightCount = shapes.reduce(0) { $0 + $1.elementCount }
        var places: [LayerPath: Int] = [:]
        var byName: [String: [Int]] = [:]
        var numbers: [LayerKind: Int] = [:]
        var (kinds, counts, examples): ([Int?], [Int], [Int]) = ([], [], [])
        for (index, layer) in layers.enumerated() {
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
        (self.places, self.byName, self.kinds) = (places, byName, kinds)
        (kindCounts, kindExamples) = (counts, examples)
        byKindPattern = Self.layersByKindPattern(layers)
    }

    /// The place of a layer among ``layers``.
    public func index(of id: LayerPath) -> Int? { places[id] }

    /// The layers that have a name.
    func indices(named name: String) -> [Int] { byName[name] ?? [] }

    /// The layers that a kind's pattern matches; nil for a pattern that must be matched with names.
    func indices(matchingKindPattern pattern: String) -> [Int]? { byKindPattern[pattern] }

    /// Empty where names are so odd that only the expression knows.
    private static func layersByKindPattern(_ layers: [LinearLayer]) -> [String: [Int]] {
        let isPlain = layers.allSatisfy {
            $0.id.hasPlainNumbers && $0.tiedNames.allSatisfy { LayerPath($0).hasPlainNumbers }
        }
        guard isPlain else { return [:] }
        var members: [LayerKind: [Int]] = [:]
        for (index, layer) in layers.enumerated() {
            for path in [layer.id] + layer.tiedNames.map(LayerPath.init) {
                guard let kind = LayerKind(path), members[kind]?.last != index else { continue }
                members[kind, default: []].append(index)
            }
        }
        return Dictionary(members.map { ($0.key.pattern, $0.value) }) { first, _ in first }
    }

    /// Calls `body` with every name of a layer until it returns true.
    func hasName(_ index: Int, where body: (String) -> Bool) -> Bool {
        body(names[index]) || tiedNames[index].contains(where: body)
    }

    /// `layers\.\d+\.mlp\.up_proj`: a pattern that matches the layers of a kind.
    func pattern(ofKind kind: Int) -> String {
        LayerKind(layers[kindExamples[kind]].id)?.pattern ?? ""
    }
}

/// A path without the number of its block, the first word of digits between two others.
private struct LayerKind: Hashable {
    let before: String
    let after: String

    /// Nil outside of blocks.
    init?(_ path: LayerPath) {
        let bytes = Array(path.name.utf8)
        let (dot, digits) = (UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"))
        guard var start = bytes.firstIndex(of: dot).map({ $0 + 1 }) else { return nil }
        while let end = bytes[start...].firstIndex(of: dot) {
            if end > start, bytes[start..<end].allSatisfy(digits.contains) {
                before = String(decoding: bytes[..<start], as: UTF8.self)
                after = String(decoding: bytes[end...], as: UTF8.self)
                return
            }
            start = end + 1
        }
        return nil
    }

    /// The pattern with digits in the place of the number.
    var pattern: String {
        NSRegularExpression.escapedPattern(for: before) + "\\d+"
            + NSRegularExpression.escapedPattern(for: after)
    }
}

extension LayerPath {
    /// Whether a kind's pattern matches exactly the paths of that kind: plain ASCII, numbers without leading zeros that fit in a
    /// word of the machine, and none in front.
    fileprivate var hasPlainNumbers: Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        return words.enumerated().allSatisfy { place, word in
            guard let first = word.utf8.first, digits.contains(first) else { return true }
            return place > 0 && word.utf8.count < 19 && (word.utf8.count == 1 || first != UInt8(ascii: "0"))
        }
    }
}
