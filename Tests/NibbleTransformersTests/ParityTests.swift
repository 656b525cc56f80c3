import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// Logits, hidden states and greedy tokens against those that the transformers library computed in float32.
@Suite struct ParityTests {
    static let names = ["llama-tied", "llama-gqa-llama3rope", "llama-headdim-bias", "llama-linear-rope"]

    /// Calls `body` with a copy of a fixture whose config.json is the one that transformers 4 writes.
    private static func withOlderForm(of name: String, _ body: (URL) throws -> Void) throws {
        try TemporaryFolder.with("transformers-4") { place in
            let folder = place.appendingPathComponent(name)
            try FileManager.default.copyItem(at: ModelFixture.folder(name), to: folder)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("config.json"))
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent("config.v4.json"),
                to: folder.appendingPathComponent("config.json"))
            try body(folder)
        }
    }

    private static func largestDifference(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).map { ($0 - $1).magnitude }.max() ?? .infinity
    }

    private func check(_ folder: URL, reference: URL) throws {
        let model = try TransformerModel.open(folder)
        #expect(model.configuration != nil, "\(model.runProblem ?? "")")
        let expected = try Checkpoint.open(reference.appendingPathComponent("reference.safetensors"))
        let weights = try ModelFixture.storedWeights(of: model)
        let session = try Session(model: model, weights: weights)
        var states: [[Float]] = []
        session.hiddenStateProbe = { states.append($0) }
        let inputTensor = try expected.tensor(named: "in.input_ids")
        let ids = inputTensor.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
        }
        let logits = try session.append(ids, allLogits: true)
        let wanted = try expected.tensor(named: "out.logits").floats()
        #expect(logits.count == wanted.count)
        let bound = 1e-4 * wanted.map(\.magnitude).max()!
        #expect(Self.largestDifference(logits, wanted) <= bound)
        for (index, state) in states.enumerated() {
            let wanted = try expected.tensor(named: "out.hidden_states.\(index)").floats()
            #expect(
                Self.largestDifference(state, wanted) <= 1e-4 * wanted.map(\.magnitude).max()!,
                "state \(index)")
        }
        #expect(states.count == model.configuration!.layerCount + 1)
        try checkGreedy(session, firstLogits: Array(logits.suffix(model.vocabularySize)), expected)
        try checkDecoding(model, weights, ids, logits)
    }

    private func checkGreedy(_ session: Session, firstLogits: [Float], _ expected: Checkpoint) throws {
        let greedyTensor = try expected.tensor(named: "out.greedy")
        let greedy = greedyTensor.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
        }
        var logits = firstLogits
        var written: [Int] = []
        for _ in greedy {
            let token = Sampler.largest(logits)
            written.append(token)
            logits = try session.append([token])
        }
        #expect(written == greedy)
    }

    /// Token by token gives what the prompt at once gives.
    private func checkDecoding(
        _ model: TransformerModel, _ weights: WeightSet, _ ids: [Int], _ logits: [Float]
    ) throws {
        let session = try Session(model: model, weights: weights)
        var stepwise: [Float] = []
        for id in ids { stepwise += try session.append([id]) }
        #expect(Self.largestDifference(stepwise, logits) <= 1e-4 * logits.map(\.magnitude).max()!)
    }

    @Test(arguments: names) func matchesTransformers(_ name: String) throws {
        try check(ModelFixture.folder(name), reference: ModelFixture.folder(name))
    }

    @Test(arguments: names) func readsConfigurationsOfTransformers4(_ name: String) throws {
        try Self.withOlderForm(of: name) { try check($0, reference: ModelFixture.folder(name)) }
    }

    private static let stories = RepositoryPaths.optionalModel(
        "stories260K-hf", having: "reference/greedy_from_bos.json", "reference/lm.json")

    @Test(.enabled(if: stories != nil, "stories260K-hf is not on this machine (see CONTRIBUTING.md)"))
    func writesTheStoryOfStories260K() throws {
        let folder = try #require(Self.stories)
        let model = try TransformerModel.open(folder)
        #expect(model.runProblem == nil)
        let session = try Session(model: model, weights: ModelFixture.storedWeights(of: model))
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
            let session = try Session(model: model, weights: weights)
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
