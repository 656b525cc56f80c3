import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport

@testable import NibbleTransformers

/// Layers and small models for the tests.
enum Layers {
    /// Three blocks of two layers, an embedding that is tied to the head.
    static let all: [LinearLayer] =
        [layer("embed_tokens", rows: 64, tied: ["lm_head"])]
        + (0..<3).flatMap { (block: Int) in
            [
                layer("layers.\(block).attn.q_proj", rows: 32),
                layer("layers.\(block).mlp.down_proj", rows: 32, columns: 48),
            ]
        }

    static func layer(
        _ name: String, rows: Int, columns: Int = 32, tied: [String] = []
    ) -> LinearLayer {
        let layer = LinearLayer(
            id: LayerPath(name), role: .other, shape: MatrixShape(rows: rows, columns: columns),
            source: WeightSource(tensor: name), stored: .f16, tiedNames: tied)
        guard let layer else { preconditionFailure("f16 can be read") }
        return layer
    }

    /// The committed Llama checkpoint of this name.
    static func model(_ name: String = "llama-tied") throws -> TransformerModel {
        try TransformerModel.open(
            RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures/\(name)"))
    }

    /// Calls `body` with a fresh folder that is removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try TemporaryFolder.with("quantization", body)
    }
}
