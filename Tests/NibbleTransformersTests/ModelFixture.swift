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
        try weights(of: model) { LayerEncoding(format: $0.storage?.rawValue ?? "f32", granularity: .fixed) }
    }

    /// All layers, each in an encoding.
    static func weights(
        of model: TransformerModel, encoding: (LinearLayer) throws -> LayerEncoding
    ) throws -> WeightSet {
        var matrices: [LayerPath: PackedMatrix] = [:]
        for layer in model.layers {
            matrices[layer.id] = try PackedMatrix.encode(
                model.source(of: layer.id), encoding: encoding(layer))
        }
        return WeightSet(matrices)
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
