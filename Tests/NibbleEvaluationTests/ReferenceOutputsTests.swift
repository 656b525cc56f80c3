import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTestSupport
import NibbleTransformers
import Synchronization
import Testing

@testable import NibbleEvaluation

/// An edit of a plan runs the plan of an encoder again, and the original no more.
@Suite struct ReferenceOutputsTests {
    /// Counts the products of matrices.
    private final class Counter: LayerObserver {
        private let count = Atomic(0)

        func observe(
            layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
            tokenCount: Int, report: KernelReport
        ) { count.add(1, ordering: .relaxed) }

        /// Products since it was asked last.
        func take() -> Int { count.exchange(0, ordering: .relaxed) }
    }

    private static func run(
        _ model: TransformerModel, _ setting: String, _ text: String, _ references: ReferenceOutputs?,
        _ counter: Counter = Counter()
    ) throws -> (result: EncoderResult, products: Int, seconds: [Double]) {
        let contestants = try Contestants.prepare([TinyModel.plan(setting)], of: model, contextLength: 1)
        let run = try EncoderRun(
            model: model, contestants: contestants, references: references, observer: counter)
        let result = try run.run(.text(TextInput(text)))
        return (result, counter.take(), run.computeSeconds)
    }

    @Test(arguments: ["bert-classes", "bert-mlm", "roberta-pooler"])
    func theOriginalIsReadOnce(_ fixture: String) throws {
        let isMasked = fixture == "bert-mlm"
        try EncoderRunTests.with(fixture, tokens: isMasked ? 256 : 64) { model in
            let (text, other) = isMasked ? ("the [MASK] day", "[MASK] good") : ("the good day", "bad")
            let references = ReferenceOutputs()
            let first = try Self.run(model, "int4", text, references)
            let second = try Self.run(model, "int2", text, references)
            let alone = try Self.run(model, "int2", text, nil)
            #expect(first.products > 0 && first.products % 2 == 0)
            #expect(second.products * 2 == first.products)
            #expect(alone.products == first.products)
            #expect(second.result.differences == alone.result.differences)
            #expect(second.seconds[0] == first.seconds[0] && second.result.seconds[0] == first.seconds[0])
            #expect(try Self.run(model, "int2", other, references).products == first.products)
            #expect(references.count == 2)
        }
    }

    @Test func aModelThatWasWrittenAnewIsReadAgain() throws {
        try EncoderRunTests.with("bert-classes", tokens: 64) { model in
            let references = ReferenceOutputs()
            let first = try Self.run(model, "int4", "the good day", references)
            let weights = model.directory.appendingPathComponent("model.safetensors")
            var bytes = try Data(contentsOf: weights)
            // The last number of the last tensor.
            bytes[bytes.count - 2] ^= 0x40
            try bytes.write(to: weights)
            let changed = try TransformerModel.open(model.directory)
            #expect(try Self.run(changed, "int4", "the good day", references).products == first.products)
        }
    }

    @Test func theOldestGoesWhereThereIsNoRoom() throws {
        try EncoderRunTests.with("roberta-pooler", tokens: 64) { model in
            let text = "the good day"
            let one = ReferenceOutputs(byteLimit: 1)
            let first = try Self.run(model, "int4", text, one)
            #expect(one.count == 0)
            #expect(try Self.run(model, "int4", text, one).products == first.products)
            let some = ReferenceOutputs(byteLimit: 700)
            for word in ["the", "good", "day", "bad", "the bad", "good day"] {
                _ = try Self.run(model, "int4", word, some)
            }
            #expect((1..<6).contains(some.count))
            #expect(try Self.run(model, "int4", "good day", some).products * 2 == first.products)
        }
    }
}
