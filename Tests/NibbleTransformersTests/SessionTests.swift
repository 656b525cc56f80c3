import Foundation
import NibbleKernels
import NibbleTestSupport
import Synchronization
import Testing

@testable import NibbleTransformers

/// What a session keeps, counts and refuses.
@Suite struct SessionTests {
    private static func open() throws -> TransformerModel {
        try TransformerModel.open(ModelFixture.folder("llama-tied"))
    }

    private static func integers(_ bits: Int) -> StorageEncoding {
        StorageEncoding(format: "int\(bits)", granularity: .group(32))
    }

    /// Packed bytes, norms and cache; no f32 copy of a quantized layer.
    @Test(arguments: [2, 4, 8]) func keepsPackedWeightsOnly(_ bits: Int) throws {
        let model = try Self.open()
        let weights = try ModelFixture.weights(of: model) { _ in Self.integers(bits) }
        let session = try DecoderSession(model: model, weights: weights, contextLength: 16)
        _ = try session.append([1, 2, 3])
        let description = try #require(model.description)
        let cache = KeyValueCache.byteCount(description.keyValueShapes, capacity: 16)
        let norms = try model.parameters.keys.reduce(0) {
            try $0 + (model.numbers(ofParameter: $1)?.count ?? 0) * 4
        }
        let packed = session.memoryByteCount - cache - norms
        let bitsStored = model.layers.reduce(0.0) { sum, layer in
            sum + (weights[layer.id]?.weights.layout.bitsPerWeight ?? 0)
                * Double(layer.shape.rows * layer.shape.columns)
        }
        #expect(packed > 0 && Double(packed * 8) <= 1.1 * bitsStored)
    }

    /// Rounded keys and values move the logits a little and take less memory; chunks, which may turn a code where a sum is
    /// ordered in another way, move them less than rounding does.
    @Test func cachesCanBeRounded() throws {
        let model = try Self.open()
        let weights = try ModelFixture.storedWeights(of: model)
        let tokens = (1...20).map { $0 * 3 }
        func run(_ storage: VectorStorage, together: Int) throws -> (logits: [Float], bytes: Int) {
            let session = try DecoderSession(
                model: model, weights: weights, contextLength: 32, cacheStorage: storage)
            session.chunkLength = together
            return (try session.append(tokens), session.memoryByteCount)
        }
        let exact = try run(.f32, together: 20)
        let largest = exact.logits.reduce(0) { max($0, $1.magnitude) }
        for (storage, tolerance) in [(VectorStorage.f16, Float(2e-3)), (.int8, 0.05)] {
            let (rounded, byOne) = (try run(storage, together: 20), try run(storage, together: 1))
            let distances = zip(exact.logits, rounded.logits).map { abs($0 - $1) }
            #expect(distances.allSatisfy { $0 <= tolerance * largest } && distances.contains { $0 > 0 })
            let moved = zip(byOne.logits, rounded.logits).map { abs($0 - $1) }
            #expect(moved.max()! < distances.max()!)
            #expect(rounded.bytes < exact.bytes)
        }
    }

    @Test func storedNumbersAreReadWhereTheyLie() throws {
        let model = try Self.open()
        #expect(try ModelFixture.storedWeights(of: model).residentByteCount == 0)
    }

    /// What a run is said to need between its products is what it takes.
    @Test(arguments: FixtureReference.all.filter { $0.folder.path.hasPrefix(RepositoryPaths.root.path) })
    func workSpaceIsWhatADescriptionSays(_ fixture: FixtureReference) throws {
        let model = try TransformerModel.open(fixture.folder)
        let description = try #require(model.description)
        guard description.kind == .causalLanguageModel else { return }
        let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
        _ = try session.append((0..<40).map { $0 * 7 % model.vocabularySize })
        #expect(session.workByteCount == description.workSpace(tokenCount: 40).byteCount)
    }

    @Test func promptBeyondTheContextNamesBothLengths() throws {
        let model = try Self.open()
        let session = try DecoderSession(
            model: model, weights: ModelFixture.storedWeights(of: model), contextLength: 4)
        #expect(throws: TransformerError.promptTooLong(tokens: 5, contextLength: 4)) {
            try session.append([1, 2, 3, 4, 5])
        }
        #expect(session.position == 0)
        #expect(throws: TransformerError.unknownToken(-1, vocabularySize: model.vocabularySize)) {
            try session.append([-1])
        }
    }

    @Test func cancelledRunsStopAndCanBeRepeated() throws {
        let model = try Self.open()
        let weights = try ModelFixture.storedWeights(of: model)
        let session = try DecoderSession(model: model, weights: weights)
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.self) { try session.append([1, 2], cancellation: cancellation) }
        #expect(session.position == 0)
        let fresh = try DecoderSession(model: model, weights: weights)
        let expected = try fresh.append([1, 2])
        #expect(try session.append([1, 2]) == expected)
    }

    @Test func rewoundSessionsWriteTheSame() throws {
        let model = try Self.open()
        let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
        _ = try session.append([5, 6])
        let first = try session.append([7])
        session.rewind(to: 2)
        _ = try session.append([9])
        session.rewind(to: 2)
        #expect(try session.append([7]) == first)
        #expect(session.position == 3)
    }

    /// A prompt longer than one chunk gives what its tokens give one by one.
    @Test func chunksOfAPromptJoin() throws {
        let model = try Self.open()
        let weights = try ModelFixture.storedWeights(of: model)
        let count = 94
        try #require(model.contextLength >= count)
        let tokens = (0..<count).map { ($0 * 37 + 11) % model.vocabularySize }
        let long = try DecoderSession(model: model, weights: weights)
        long.chunkLength = 64
        let whole = try long.append(tokens, allLogits: true)
        let session = try DecoderSession(model: model, weights: weights)
        let stepwise = try tokens.flatMap { try session.append([$0]) }
        #expect(whole.count == count * model.vocabularySize)
        let largest = whole.map(\.magnitude).max() ?? 0
        #expect(zip(whole, stepwise).allSatisfy { ($0 - $1).magnitude <= 1e-4 * largest })
        let last = try DecoderSession(model: model, weights: weights).append(tokens)
        // Many tokens' logits are summed in another order than one token's.
        #expect(
            zip(last, whole.suffix(model.vocabularySize)).allSatisfy { ($0 - $1).magnitude <= 1e-5 * largest }
        )
    }

    @Test func weightsOfAnotherShapeAreRefused() throws {
        let model = try Self.open()
        var mixed = try ModelFixture.operators(of: model) { _ in Self.integers(8) }
        mixed[LayerPath("layers.0.mlp.down_proj")] = try #require(mixed[LayerPath("embed_tokens")])
        #expect(throws: TransformerError.self) { try DecoderSession(model: model, weights: WeightSet(mixed)) }
        #expect(throws: TransformerError.self) { try DecoderSession(model: model, weights: WeightSet([:])) }
    }

    /// A weight that is not a number runs, and is counted in the layer that holds it.
    @Test func weightsThatAreNoNumbersAreCounted() throws {
        let name = "model.layers.0.mlp.up_proj.weight"
        try ModelFixture.withCopy(tensors: { tensors in
            tensors = tensors.map { tensor in
                guard tensor.entry.name == name else { return tensor }
                return (tensor.entry, tensor.bytes.map { _ in 0xFF })
            }
        }) { folder in
            let model = try TransformerModel.open(folder)
            let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
            let logits = try session.append([1, 2, 3])
            #expect(logits.allSatisfy { $0.isNaN })
            #expect(session.reports[LayerPath("layers.0.mlp.up_proj")]?.nonFiniteValues.count ?? 0 > 0)
            #expect(session.reports[LayerPath("layers.0.attn.q_proj")]?.nonFiniteValues.count == 0)
            var sampler = Sampler(temperature: 1, seed: 1)
            #expect(sampler.sample(logits) == 0)
        }
    }

    @Test func observersSeeEveryProductOfEachLayer() throws {
        final class Counter: LayerObserver {
            let seen = Mutex<[LayerPath: Int]>([:])
            func observe(
                layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
                tokenCount: Int,
                report: KernelReport
            ) { seen.withLock { $0[layer, default: 0] += tokenCount } }
        }
        let model = try Self.open()
        let counter = Counter()
        let session = try DecoderSession(
            model: model, weights: ModelFixture.storedWeights(of: model), observer: counter)
        _ = try session.append([1, 2, 3], allLogits: true)
        #expect(
            counter.seen.withLock { $0 } == Dictionary(uniqueKeysWithValues: model.layers.map { ($0.id, 3) }))
    }
}
