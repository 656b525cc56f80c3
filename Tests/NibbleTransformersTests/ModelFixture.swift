import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport

@testable import NibbleTransformers

/// The committed checkpoints, and damaged copies of them.
enum ModelFixture {
    /// The folder of a committed checkpoint.
    static func folder(_ name: String) -> URL {
        RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures/\(name)")
    }

    /// All layers in the numbers that the file stores.
    static func storedWeights(of model: TransformerModel) throws -> WeightSet {
        try weights(of: model) { StorageEncoding(format: $0.storage?.rawValue ?? "f32", granularity: .fixed) }
    }

    /// All layers, each in an encoding.
    static func weights(
        of model: TransformerModel, encoding: (LinearLayer) throws -> StorageEncoding
    ) throws -> WeightSet {
        WeightSet(try operators(of: model, encoding: encoding))
    }

    /// All layers, each in an encoding, multiplied with f32 activations.
    static func operators(
        of model: TransformerModel, encoding: (LinearLayer) throws -> StorageEncoding
    ) throws -> [LayerPath: LayerOperator] {
        var operators: [LayerPath: LayerOperator] = [:]
        for layer in model.layers {
            operators[layer.id] = try LayerOperator(
                weights: PackedMatrix.encode(model.source(of: layer.id), encoding: encoding(layer)),
                arithmetic: .float)
        }
        return operators
    }

    /// Runs `body` with a copy of llama-tied whose configuration or weights are changed first.
    static func withCopy<Result>(
        configuration: (inout [String: Any]) -> Void = { _ in },
        tensors: (inout [(entry: SafetensorsWriter.Entry, bytes: [UInt8])]) -> Void = { _ in },
        body: (URL) throws -> Result
    ) throws -> Result {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent(
            "nibble-model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copy) }
        let original = folder("llama-tied")
        let data = try Data(contentsOf: original.appendingPathComponent("config.json"))
        var values = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        configuration(&values)
        try JSONSerialization.data(withJSONObject: values).write(
            to: copy.appendingPathComponent("config.json"))
        let checkpoint = try Checkpoint.open(original)
        var contents = try checkpoint.orderedTensors.map { tensor in
            let bytes = try checkpoint.tensor(named: tensor.name).withUnsafeBytes { [UInt8]($0) }
            let entry = SafetensorsWriter.Entry(
                name: tensor.name, elementType: tensor.elementType, shape: tensor.shape)
            return (entry: entry, bytes: bytes)
        }
        tensors(&contents)
        try SafetensorsWriter.write(contents, to: copy.appendingPathComponent("model.safetensors"))
        return try body(copy)
    }
}
