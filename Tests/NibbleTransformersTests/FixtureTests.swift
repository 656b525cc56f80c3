import Foundation
import NibbleCheckpoints
import NibbleImages
import NibbleKernels
import NibbleTestSupport
import Synchronization
import Testing

@testable import NibbleTransformers

/// Every fixture that is found against the transformers library: outputs, hidden states and, of language models, greedy tokens.
///
/// A fixture of an architecture that nibble doesn't know is passed over, and named.
@Suite struct FixtureTests {
    /// Keeps the hidden states of each place, chunk after chunk.
    final class States: LayerObserver {
        let states = Mutex<[HiddenStatePlace: [Float]]>([:])

        func observe(
            layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
            tokenCount: Int, report: KernelReport
        ) {}

        func observe(
            _ place: HiddenStatePlace, states: UnsafeBufferPointer<Float>, tokenCount: Int
        ) { self.states.withLock { $0[place, default: []] += states } }
    }

    private static let runnable = FixtureReference.all.filter { fixture in
        (try? TransformerModel.open(fixture.folder))?.description != nil
    }

    private static let passedOver = FixtureReference.all.filter { fixture in
        !runnable.contains { $0.name == fixture.name }
    }

    /// The fixtures of this repository can all run: none may slip among those that are passed over.
    @Test func everyFixtureOfTheRepositoryRuns() throws {
        let own = FixtureReference.all.filter { $0.folder.path.hasPrefix(RepositoryPaths.root.path) }
        #expect(own.count >= 24)
        for fixture in own {
            let model = try TransformerModel.open(fixture.folder)
            #expect(model.networkProblem == nil, "\(fixture.name): \(model.networkProblem ?? "")")
            // Fixtures of vision models have no preprocessor_config.json, and that is said.
            let isVision = model.imagePreparation != nil
            let remarks = model.remarks.filter { !isVision || !$0.contains("preprocessor_config.json") }
            #expect(
                remarks.isEmpty && model.remarks.count == (isVision ? 1 : 0), "\(fixture.name): \(remarks)")
        }
    }

    /// Those that aren't run, each with nibble's reason: an architecture that it names, not a failure.
    @Test(arguments: passedOver) func passedOverFixturesSayWhy(_ fixture: FixtureReference) {
        let problem: String
        do { problem = try TransformerModel.open(fixture.folder).networkProblem ?? "" } catch {
            problem = "\(error)"
        }
        print("passed over: \(fixture.name): \(problem)")
        #expect(problem.count > 20)
    }

    @Test(arguments: runnable) func matchesTransformers(_ fixture: FixtureReference) throws {
        try check(TransformerModel.open(fixture.folder), fixture)
    }

    /// The same from the configuration that transformers 4 writes.
    @Test(
        arguments: runnable.filter {
            FileManager.default.fileExists(atPath: $0.folder.appendingPathComponent("config.v4.json").path)
        })
    func readsConfigurationsOfTransformers4(_ fixture: FixtureReference) throws {
        try fixture.withConfiguration("config.v4.json") { folder in
            try check(TransformerModel.open(folder), fixture)
        }
    }

    /// Within 10⁻⁴ of the largest magnitude.
    private func expectClose(_ found: [Float], _ wanted: [Float], _ what: String) {
        #expect(found.count == wanted.count, "\(what)")
        let bound = 1e-4 * (wanted.map(\.magnitude).max() ?? 0)
        let difference = zip(found, wanted).map { ($0 - $1).magnitude }.max() ?? .infinity
        #expect(difference <= bound, "\(what): \(difference) of \(bound)")
    }

    private func check(_ model: TransformerModel, _ fixture: FixtureReference) throws {
        let description = try #require(model.description)
        let weights = try ModelFixture.storedWeights(of: model)
        let expected = try fixture.open()
        let states = States()
        switch description.kind {
        case .causalLanguageModel: try checkDecoder(model, weights, states, expected)
        case .maskedLanguageModel, .textEmbedder, .textClassifier:
            try checkEncoder(model, weights, states, expected)
        case .imageClassifier, .imageEmbedder:
            let session = try ImageSession(model: model, weights: weights, observer: states)
            let pixels = try expected.tensor(named: "in.pixel_values")
            let shape = pixels.description.shape
            let image = PreparedImage(
                numbers: try pixels.floats(), size: ImageSize(height: shape[2], width: shape[3]))
            let output = try session.run(image)
            try checkOutputs(states: output.states, head: output.head, expected)
            try checkTogether(image, output, try ImageSession(model: model, weights: weights))
        }
        try checkStates(states, description, expected)
    }

    /// An image beside another one.
    private func checkTogether(
        _ image: PreparedImage, _ output: ImageSession.Output, _ session: ImageSession
    ) throws {
        let other = PreparedImage(numbers: image.numbers.reversed(), size: image.size)
        let alone = try session.run(other)
        let together = try session.run(images: [image, other, image])
        #expect(together.map(\.states) == [output.states, alone.states, output.states])
        #expect(together.map(\.head) == [output.head, alone.head, output.head])
    }

    /// Of decoders the library's last state stands behind the final norm, of others behind the last block.
    private func checkStates(
        _ states: States, _ description: TransformerDescription, _ expected: Checkpoint
    ) throws {
        let found = states.states.withLock { $0 }
        let count = description.blocks.count
        for index in 0...count {
            let isFinal = index == count && description.kind == .causalLanguageModel
            let place: HiddenStatePlace = index == 0 ? .embedded : isFinal ? .final : .block(index - 1)
            expectClose(
                try #require(found[place]),
                try expected.tensor(named: "out.hidden_states.\(index)").floats(), "state \(index)")
        }
    }

    private func checkDecoder(
        _ model: TransformerModel, _ weights: WeightSet, _ states: States, _ expected: Checkpoint
    ) throws {
        let ids = try expected.integers("in.input_ids")
        let logits = try DecoderSession(model: model, weights: weights, observer: states)
            .append(ids, allLogits: true)
        expectClose(logits, try expected.tensor(named: "out.logits").floats(), "logits")
        // Token by token gives what the prompt at once gives.
        let session = try DecoderSession(model: model, weights: weights)
        let stepwise = try ids.flatMap { try session.append([$0]) }
        expectClose(stepwise, logits, "token by token")
        var last = Array(stepwise.suffix(model.vocabularySize))
        let written = try expected.integers("out.greedy").map { _ in
            let token = Sampler.largest(last)
            last = try session.append([token])
            return token
        }
        #expect(written == (try expected.integers("out.greedy")))
    }

    private func checkEncoder(
        _ model: TransformerModel, _ weights: WeightSet, _ states: States, _ expected: Checkpoint
    ) throws {
        let session = try EncoderSession(model: model, weights: weights, observer: states)
        let output = try session.run(try expected.integers("in.input_ids"))
        try checkOutputs(states: output.states, head: output.head, expected)
        try checkBatch(try EncoderSession(model: model, weights: weights), expected)
    }

    private func checkOutputs(states: [Float], head: [Float], _ expected: Checkpoint) throws {
        let outputs = [
            ("out.last_hidden_state", states), ("out.pooler_output", head), ("out.logits", head),
        ].filter { expected.tensors[$0.0] != nil }
        #expect(!outputs.isEmpty)
        for (name, found) in outputs {
            expectClose(found, try expected.tensor(named: name).floats(), name)
        }
    }

    /// A padded batch's texts, without the padding, together and each on its own.
    private func checkBatch(_ session: EncoderSession, _ expected: Checkpoint) throws {
        guard let shape = expected.tensors["in.batch.input_ids"]?.shape else { return }
        let ids = try expected.integers("in.batch.input_ids")
        let mask = try expected.integers("in.batch.attention_mask")
        let wanted = try expected.tensor(named: "out.batch.main").floats()
        let width = wanted.count / ids.count
        let places = (0..<shape[0]).map { text in
            (text * shape[1]..<(text + 1) * shape[1]).filter { mask[$0] == 1 }
        }
        let texts = places.map { $0.map { ids[$0] } }
        let together = try session.run(texts: texts)
        for (text, places) in places.enumerated() {
            let alone = try session.run(texts[text])
            for output in [alone, together[text]] {
                let found = output.head.count == places.count * width ? output.head : output.states
                expectClose(
                    found, places.flatMap { wanted[$0 * width..<($0 + 1) * width] },
                    "text \(text) of the batch")
            }
            // Fewer rows are multiplied by other loops.
            guard places.count >= 6 else { continue }
            #expect(alone.states == together[text].states && alone.head == together[text].head)
        }
    }
}
