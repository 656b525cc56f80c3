import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What never changes about a model's layers, by their numbers; made once, off the thread that draws.
struct LayerStructure: Sendable {
    /// The layers in the order of the model.
    let layers: [LinearLayer]
    /// Their groups.
    let hierarchy: LayerHierarchy
    /// Which layers patterns mean.
    let index: PlanIndex
    /// The number of each layer by its path.
    let numbers: [LayerPath: Int]
    /// The layers in the order of their names.
    let byName: [Int]
    /// The shapes that layers have, and the number of each layer's.
    let shapes: [MatrixShape]
    let shapeNumbers: [Int]
    /// The names of the formats that the file has, and the number of each layer's.
    let storedNames: [String]
    let storedNameNumbers: [Int]

    /// The structure of some layers.
    init(_ layers: [LinearLayer]) {
        self.layers = layers
        hierarchy = LayerHierarchy(layers.map(\.id))
        index = PlanIndex(layers)
        numbers = Dictionary(
            zip(layers.lazy.map(\.id), layers.indices), uniquingKeysWith: { first, _ in first })
        byName = layers.indices.sorted { layers[$0].id < layers[$1].id }
        (shapes, shapeNumbers) = Self.numbered(layers.map(\.shape))
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
        guard !filter.isEmpty, let expression = try? Regex(filter) else { return nil }
        // Names need no expression where the filter is a plain word.
        guard filter.utf8.allSatisfy({ $0.isWordByte }) else {
            return layers.map { $0.id.name.contains(expression) }
        }
        let word = Array(filter.utf8)
        return layers.map { $0.id.name.holds(word) }
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit, `_` or `-` of ASCII: what stands for itself in an expression.
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension String {
    /// Whether some bytes, at least one, occur in the text.
    fileprivate func holds(_ word: [UInt8]) -> Bool {
        let bytes = utf8
        guard var start = bytes.firstIndex(of: word[0]) else { return false }
        while true {
            if bytes[start...].starts(with: word) { return true }
            guard let next = bytes[bytes.index(after: start)...].firstIndex(of: word[0]) else { return false }
            start = next
        }
    }
}
