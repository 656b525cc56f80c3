import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// A trained model's stories and logits against those that the transformers library computed in float32.
@Suite struct ParityTests {
    private static func largestDifference(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).map { ($0 - $1).magnitude }.max() ?? .infinity
    }

    private static let stories = RepositoryPaths.optionalModel(
        "stories260K-hf", having: "reference/greedy_from_bos.json", "reference/lm.json")

    @Test(.enabled(if: stories != nil, "stories260K-hf is not on this machine (see CONTRIBUTING.md)"))
    func writesTheStoryOfStories260K() throws {
        let folder = try #require(Self.stories)
        let model = try TransformerModel.open(folder)
        #expect(model.runProblem == nil)
        let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
        struct Greedy: Decodable { let ids: [Int] }
        let data = try Data(contentsOf: folder.appendingPathComponent("reference/greedy_from_bos.json"))
        let expected = try JSONDecoder().decode(Greedy.self, from: data).ids
        var written = [expected[0]]
        while written.count < expected.count {
            written.append(Sampler.largest(try session.append([written[written.count - 1]])))
        }
        #expect(written == expected)
    }

    /// One prompt's figures in the reference, with logits at three positions in `logits_N.npy`.
    private struct Prompt: Decodable {
        let prompt: String
        let ids: [Int]
        let positions: [Int]

        enum CodingKeys: String, CodingKey {
            case prompt, ids
            case positions = "logit_positions"
        }
    }

    /// The f32 numbers of a version 1 `.npy` file: 10 bytes, of which the last two give the header's length, header, data.
    private static func numbers(_ file: URL) throws -> [Float] {
        let data = [UInt8](try Data(contentsOf: file))
        let start = 10 + Int(data[8]) + Int(data[9]) << 8
        return data[start...].withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    @Test(.enabled(if: stories != nil, "stories260K-hf is not on this machine (see CONTRIBUTING.md)"))
    func readsPromptsOfStories260KAsTransformersDoes() throws {
        let folder = try #require(Self.stories)
        let model = try TransformerModel.open(folder)
        let tokenizer = try #require(model.tokenizer)
        let weights = try ModelFixture.storedWeights(of: model)
        let references = folder.appendingPathComponent("reference")
        let data = try Data(contentsOf: references.appendingPathComponent("lm.json"))
        let prompts = try JSONDecoder().decode([Prompt].self, from: data)
        #expect(!prompts.isEmpty)
        for (index, prompt) in prompts.enumerated() {
            #expect(tokenizer.encode(prompt.prompt) == prompt.ids)
            let session = try DecoderSession(model: model, weights: weights)
            let logits = try session.append(prompt.ids, allLogits: true)
            let size = model.vocabularySize
            let found = prompt.positions.flatMap { position in
                let row = position < 0 ? prompt.ids.count + position : position
                return logits[row * size..<(row + 1) * size]
            }
            let wanted = try Self.numbers(references.appendingPathComponent("logits_\(index).npy"))
            #expect(found.count == wanted.count)
            #expect(Self.largestDifference(found, wanted) <= 1e-3, "prompt \(index)")
        }
    }
}
