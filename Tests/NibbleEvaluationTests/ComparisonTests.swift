import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleEvaluation

/// What a comparison says, against sessions driven by hand.
@Suite struct ComparisonTests {
    private static func run(
        _ model: TransformerModel, _ contestants: Contestants, mode: ComparisonMode = .teacherForced,
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
        let tokens = snapshot.reference.records.map { $0.id }
        #expect(try tokens == Self.greedy(model, contestants.reference.weights, count: 24))
        let first = try Self.logits(model, contestants.reference.weights, reading: tokens)
        let second = try Self.logits(model, contestants.candidates[0].weights, reading: tokens)
        let expected = zip(first, second).map(Self.divergence)
        let records = snapshot.candidates[0].records
        let divergence = snapshot.candidates[0].divergence
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
        #expect(abs(try #require(divergence.meanKL) - mean) < 1e-11)
        #expect(divergence.worstIndex == expected.indices.max { expected[$0] < expected[$1] })
        let same = records.indices.count { records[$0].id == tokens[$0] }
        #expect(divergence.agreement == Double(same) / Double(records.count))
        #expect(divergence.firstSplit == records.indices.first { records[$0].id != tokens[$0] })
    }

    @Test func freeRunningComparesUpToTheFirstSplit() throws {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "int2")
        let snapshot = try Self.run(model, contestants, mode: .freeRunning)
        let (first, second) = (snapshot.reference.records, snapshot.candidates[0].records)
        #expect(try first.map { $0.id } == Self.greedy(model, contestants.reference.weights, count: 24))
        #expect(try second.map { $0.id } == Self.greedy(model, contestants.candidates[0].weights, count: 24))
        let split = try #require(
            zip(first, second).enumerated().first { $0.element.0.id != $0.element.1.id }?.offset)
        #expect(snapshot.candidates[0].divergence.firstSplit == split)
        for (index, record) in second.enumerated() {
            #expect((record.klDivergence != nil) == (index <= split))
            #expect((record.referenceRank != nil) == (index <= split))
        }
        #expect(snapshot.candidates[0].divergence.comparedCount == split + 1)
    }

    /// The wider format holds the same numbers and goes through the same loops.
    @Test func storingTheNumbersWiderChangesNothing() throws {
        let model = try TinyModel.open()
        let snapshot = try Self.run(model, TinyModel.contestants(model, "f32"))
        #expect(snapshot.candidates[0].records.allSatisfy { $0.klDivergence == 0 && $0.agrees })
        let divergence = snapshot.candidates[0].divergence
        #expect(divergence.meanKL == 0 && divergence.firstSplit == nil && divergence.agreement == 1)
    }

    @Test func theOriginalIsNotComparedWithItself() throws {
        let model = try TinyModel.open()
        let snapshot = try Self.run(
            model, Contestants(reference: Contestant(weights: try TinyModel.weights(of: model))))
        #expect(snapshot.reference.records.allSatisfy { $0.klDivergence == nil && $0.agrees })
        #expect(snapshot.reference.records.count == 24 && snapshot.candidates.isEmpty)
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
        let alone = try TinyModel.contestants(model, "int8")
        var both = try TinyModel.contestants(model, "int3")
        both.candidates += alone.candidates
        let together = try Self.run(model, both)
        let finer = try #require(together.candidate(of: TinyModel.plan("int8")))
        let coarser = try #require(together.candidate(of: TinyModel.plan("int3")))
        #expect(try finer.records == Self.run(model, alone).candidates[0].records)
        #expect(try #require(finer.divergence.meanKL) < #require(coarser.divergence.meanKL))
        #expect(together.candidate(of: Plan()) == nil)
    }

    @Test func countersAreTheSessions() throws {
        let model = try TinyModel.open()
        let contestants = try TinyModel.contestants(model, "fixed8 activation=fixed8 accumulator=16-wrap")
        let snapshot = try Self.run(model, contestants, maximumTokens: 8)
        let session = try DecoderSession(model: model, weights: contestants.candidates[0].weights)
        _ = try session.append(TinyModel.prompt)
        for record in snapshot.reference.records.dropLast() { _ = try session.append([record.id]) }
        #expect(snapshot.candidates[0].reports == session.reports)
        #expect(session.reports.values.reduce(0) { $0 + $1.accumulatorOverflows.total } > 0)
    }
}
