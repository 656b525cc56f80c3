import Foundation
import NibbleKernels
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleEvaluation

/// What a comparison says, against sessions driven by hand.
@Suite struct ComparisonTests {
    private static func run(
        _ model: TransformerModel, _ contestants: [Contestant], mode: ComparisonMode = .teacherForced,
        maximumTokens: Int = 24, sampling: SamplingOptions = SamplingOptions()
    ) throws -> ComparisonSnapshot {
        let request = ComparisonRequest(
            prompt: "", promptTokens: TinyModel.prompt, maximumTokens: maximumTokens, mode: mode,
            sampling: sampling, contestants: contestants)
        return try ComparisonRun(model: model, request: request).run()
    }

    /// Logits before each of `tokens`, with those tokens read one by one.
    private static func logits(
        _ model: TransformerModel, _ weights: WeightSet, reading tokens: [Int]
    ) throws -> [[Float]] {
        let session = try DecoderSession(model: model, weights: weights)
        var logits = [try session.append(TinyModel.prompt)]
        for token in tokens.dropLast() { logits.append(try session.append([token])) }
        return logits
    }

    /// The tokens that the likeliest choice writes.
    private static func greedy(_ model: TransformerModel, _ weights: WeightSet, count: Int) throws -> [Int] {
        let session = try DecoderSession(model: model, weights: weights)
        var tokens = [Sampler.largest(try session.append(TinyModel.prompt))]
        while tokens.count < count {
            tokens.append(Sampler.largest(try session.append([tokens[tokens.count - 1]])))
        }
        return tokens
    }

    /// Σ p·ln(p ÷ q), written out.
    private static func divergence(_ first: [Float], _ second: [Float]) -> Double {
        func softmax(_ logits: [Float]) -> [Double] {
            let powers = logits.map { exp(Double($0)) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
        return zip(softmax(first), softmax(second)).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    }

    @Test func teacherForcedDivergenceMatchesSessionsByHand() throws {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "int3")
        let snapshot = try Self.run(model, contestants)
        let tokens = snapshot.contestants[0].records.map { $0.id }
        #expect(try tokens == Self.greedy(model, contestants[0].weights, count: 24))
        let first = try Self.logits(model, contestants[0].weights, reading: tokens)
        let second = try Self.logits(model, contestants[1].weights, reading: tokens)
        let expected = zip(first, second).map(Self.divergence)
        let records = snapshot.contestants[1].records
        #expect(records.count == tokens.count)
        for (index, record) in records.enumerated() {
            #expect(abs(try #require(record.klDivergence) - expected[index]) < 1e-11)
            #expect(record.id == Sampler.largest(second[index]))
            #expect(record.agrees == (record.id == tokens[index]))
            let better = second[index].count { $0 > second[index][tokens[index]] }
            #expect(record.referenceRank == better + 1)
            #expect(record.position == TinyModel.prompt.count + index)
        }
        let mean = expected.reduce(0, +) / Double(expected.count)
        #expect(mean > 0.001)
        #expect(abs(try #require(snapshot.meanKL) - mean) < 1e-11)
        #expect(snapshot.worstKL?.index == expected.indices.max { expected[$0] < expected[$1] })
        let same = records.indices.count { records[$0].id == tokens[$0] }
        #expect(snapshot.agreement == Double(same) / Double(records.count))
        #expect(snapshot.firstSplit == records.indices.first { records[$0].id != tokens[$0] })
    }

    @Test func freeRunningComparesUpToTheFirstSplit() throws {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "int2")
        let snapshot = try Self.run(model, contestants, mode: .freeRunning)
        let (first, second) = (snapshot.contestants[0].records, snapshot.contestants[1].records)
        #expect(try first.map { $0.id } == Self.greedy(model, contestants[0].weights, count: 24))
        #expect(try second.map { $0.id } == Self.greedy(model, contestants[1].weights, count: 24))
        let split = try #require(
            zip(first, second).enumerated().first { $0.element.0.id != $0.element.1.id }?.offset)
        #expect(snapshot.firstSplit == split)
        for (index, record) in second.enumerated() {
            #expect((record.klDivergence != nil) == (index <= split))
            #expect((record.referenceRank != nil) == (index <= split))
        }
        #expect(snapshot.divergence(of: 1)?.comparedCount == split + 1)
    }

    /// The wider format holds the same numbers and goes through the same loops.
    @Test func storingTheNumbersWiderChangesNothing() throws {
        let model = try TinyModel.open()
        let snapshot = try Self.run(model, TinyModel.contestants(model, "f32"))
        #expect(snapshot.contestants[1].records.allSatisfy { $0.klDivergence == 0 && $0.agrees })
        #expect(snapshot.meanKL == 0 && snapshot.firstSplit == nil && snapshot.agreement == 1)
    }

    @Test func theOriginalIsNotComparedWithItself() throws {
        let model = try TinyModel.open()
        let snapshot = try Self.run(
            model, [Contestant(name: "original", weights: try TinyModel.weights(of: model))])
        #expect(snapshot.contestants[0].records.allSatisfy { $0.klDivergence == nil && $0.agrees })
        #expect(snapshot.divergence(of: 0) == nil && snapshot.meanKL == nil)
    }

    @Test(arguments: ComparisonMode.allCases) func aRunDependsOnItsRequestAlone(_ mode: ComparisonMode) throws
    {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "int4 group=16")
        func records(seed: UInt64) throws -> [[TokenRecord]] {
            let sampling = SamplingOptions(temperature: 1.5, topK: 100, seed: seed)
            return try Self.run(model, contestants, mode: mode, sampling: sampling).contestants.map(\.records)
        }
        #expect(try records(seed: 7) == records(seed: 7))
        #expect(try records(seed: 7) != records(seed: 8))
    }

    @Test func severalPlansAreComparedWithTheOriginalEach() throws {
        let model = try TinyModel.open()
        let plans = try TinyModel.contestants(model, "int3") + TinyModel.contestants(model, "int8").suffix(1)
        let together = try Self.run(model, plans)
        let alone = try Self.run(model, [plans[0], plans[2]])
        #expect(together.contestants[2].records == alone.contestants[1].records)
        #expect(
            try #require(together.divergence(of: 2)?.meanKL) < #require(together.divergence(of: 1)?.meanKL))
    }

    @Test func countersAreTheSessions() throws {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "fixed8 activation=fixed8 accumulator=16-wrap")
        let snapshot = try Self.run(model, contestants, maximumTokens: 8)
        let session = try DecoderSession(model: model, weights: contestants[1].weights)
        _ = try session.append(TinyModel.prompt)
        for record in snapshot.contestants[0].records.dropLast() { _ = try session.append([record.id]) }
        #expect(snapshot.contestants[1].reports == session.reports)
        #expect(session.reports.values.reduce(0) { $0 + $1.accumulatorOverflows.total } > 0)
    }
}
