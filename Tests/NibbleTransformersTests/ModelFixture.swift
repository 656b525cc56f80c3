import Foundation
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
        tensors: (inout [CheckpointCopy.StoredTensor]) -> Void = { _ in },
        body: (URL) throws -> Result
    ) throws -> Result {
        try CheckpointCopy.with(
            of: folder("llama-tied"), configuration: configuration, tensors: tensors, body)
    }
}
