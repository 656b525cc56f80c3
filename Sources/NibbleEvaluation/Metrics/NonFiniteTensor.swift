import NibbleKernels
import NibbleText
import NibbleTransformers

/// A tensor of a model that holds numbers which are not finite: whatever passes through it is no prediction.
public struct NonFiniteTensor: Hashable, Sendable {
    /// Its name in the file.
    public let name: String
    /// How many of its numbers are NaN.
    public private(set) var nanCount = 0
    /// How many of them are infinite.
    public private(set) var infiniteCount = 0

    /// The tensors of a model's layers and parameters that hold such numbers, in the order of the layers; reads every weight.
    ///
    /// - Throws: `KernelError.cancelled`, and what reading a layer throws.
    public static func find(
        in model: TransformerModel, cancellation: Cancellation = Cancellation()
    ) throws -> [NonFiniteTensor] {
        var found: [NonFiniteTensor] = []
        func add(_ tensor: NonFiniteTensor) {
            guard tensor.nanCount + tensor.infiniteCount > 0 else { return }
            guard let place = found.firstIndex(where: { $0.name == tensor.name }) else {
                return found.append(tensor)
            }
            found[place].nanCount += tensor.nanCount
            found[place].infiniteCount += tensor.infiniteCount
        }
        for layer in model.layers {
            try cancellation.check()
            add(try Self.count(layer, in: model, cancellation))
        }
        for (name, source) in model.parameters.sorted(by: { $0.key < $1.key }) {
            var tensor = NonFiniteTensor(name: source.tensor)
            for value in try model.numbers(ofParameter: name) ?? [] { tensor.count(value) }
            add(tensor)
        }
        return found
    }

    /// Rows that are read at once: blocks are decoded into memory.
    private static let rowsAtOnce = 256

    private static func count(
        _ layer: LinearLayer, in model: TransformerModel, _ cancellation: Cancellation
    ) throws -> NonFiniteTensor {
        var tensor = NonFiniteTensor(name: layer.tensorName)
        for start in stride(from: 0, to: layer.shape.rows, by: rowsAtOnce) {
            try cancellation.check()
            let rows = start..<min(start + rowsAtOnce, layer.shape.rows)
            let matrix = try model.source(of: layer.id, rows: rows)
            for row in 0..<rows.count { for value in matrix.row(row) { tensor.count(value) } }
        }
        return tensor
    }

    private mutating func count(_ value: Float) {
        if value.isNaN { nanCount += 1 } else if value.isInfinite { infiniteCount += 1 }
    }

    /// Its name and what it holds: “model.norm.weight (2 NaN, 1 infinite)”.
    public var summary: String {
        let parts = [(nanCount, "NaN"), (infiniteCount, "infinite")].filter { $0.0 > 0 }
        return "\(name.printable(limit: 120)) (\(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")))"
    }
}
