import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleEvaluation

/// Perplexity against probabilities summed by hand.
@Suite struct PerplexityTests {
    private static let text = (0..<90).map { ($0 * 37 + 11) % 256 }

    /// Tokens read one by one, in windows of `length`.
    private static func expected(_ model: TransformerModel, _ weights: WeightSet, length: Int) throws
        -> Double
    {
        var (sum, count) = (0.0, 0)
        for start in stride(from: 0, to: text.count - 1, by: length) {
            let session = try DecoderSession(model: model, weights: weights)
            let window = text[start..<min(start + length, text.count)]
            for (token, next) in zip(window, window.dropFirst()) {
                let powers = try session.append([token]).map { exp(Double($0)) }
                sum -= log(powers[next] / powers.reduce(0, +))
                count += 1
            }
        }
        return exp(sum / Double(count))
    }

    @Test(arguments: [20, 64, 512]) func isTheMeanOverAllWindows(_ length: Int) throws {
        let model = try TinyModel.open()
        let weights = try TinyModel.weights(of: model)
        let found = try Perplexity.measure(Self.text, model: model, weights: weights, windowLength: length)
        let expected = try Self.expected(model, weights, length: min(length, model.contextLength))
        #expect(abs(found.value - expected) < 1e-4 * expected)
        let windows =
            (Self.text.count - 1 + min(length, model.contextLength) - 1) / min(length, model.contextLength)
        #expect(found.tokenCount == Self.text.count - windows)
    }

    @Test func needsTwoTokens() throws {
        let model = try TinyModel.open()
        let weights = try TinyModel.weights(of: model)
        #expect(throws: EvaluationError.tooFewTokens(1)) {
            _ = try Perplexity.measure([5], model: model, weights: weights)
        }
    }

    /// A model with NaN has no perplexity, neither ∞ nor a change of −100 %; the tensors with such numbers are named.
    @Test func modelsWithNaNHaveNone() throws {
        let name = "model.layers.0.mlp.up_proj.weight"
        try CheckpointCopy.with(
            of: TinyModel.folder,
            tensors: { tensors in
                for index in tensors.indices where tensors[index].entry.name == name {
                    let size = tensors[index].entry.elementType.byteCount
                    tensors[index].bytes.replaceSubrange(
                        0..<2 * size, with: [UInt8](repeating: 0xFF, count: 2 * size))
                }
            }
        ) { folder in
            let model = try TransformerModel.open(folder)
            let found = try Perplexity.measure(
                Self.text, model: model, weights: TinyModel.weights(of: model))
            #expect(found.value.isNaN && found.undefinedAt == 1)
            let tensors = try NonFiniteTensor.find(in: model)
            #expect(tensors.map(\.summary) == ["\(name) (2 NaN)"])
        }
        #expect(try NonFiniteTensor.find(in: TinyModel.open()).isEmpty)
    }
}
