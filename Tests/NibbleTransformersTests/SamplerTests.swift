import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// What is drawn, and that nothing odd in the logits ends the run.
@Suite struct SamplerTests {
    private static func draws(_ sampler: Sampler, _ logits: [Float], count: Int = 2000) -> [Int: Int] {
        var sampler = sampler
        var counts: [Int: Int] = [:]
        for _ in 0..<count { counts[sampler.sample(logits), default: 0] += 1 }
        return counts
    }

    @Test func greedyTakesTheLowestIndexOfEquals() {
        var sampler = Sampler(seed: 1)
        #expect(sampler.sample([0, 3, 3, 1]) == 1)
        #expect(sampler.sample([.nan, -5, .nan, -4]) == 3)
    }

    @Test func oddLogitsGiveDefinedTokens() {
        var sampler = Sampler(temperature: 1, seed: 1)
        #expect(sampler.sample([.nan, .nan]) == 0)
        #expect(sampler.sample([]) == 0)
        #expect(sampler.sample([0, .infinity, 1]) == 1)
        #expect(sampler.sample([.nan, -.infinity, -.infinity]) == 1)
    }

    /// With temperature 2, logits ln 1, ln 4, ln 16 have the weights 1, 2, 4.
    @Test func drawsFollowTheProbabilities() {
        let counts = Self.draws(Sampler(temperature: 2, seed: 7), [0, 1.386_294_4, 2.772_588_7], count: 7000)
        // Five standard deviations of each count.
        #expect(abs((counts[0] ?? 0) - 1000) < 147 && abs((counts[1] ?? 0) - 2000) < 190)
        #expect(counts.values.reduce(0, +) == 7000)
    }

    /// Weights 8, 4, 2, 1 (of 15), each cut leaving a known set.
    @Test func cutsLeaveTheLargest() {
        let logits: [Float] = [0, 0.693_147_2, 1.386_294_4, 2.079_441_5]
        #expect(Set(Self.draws(Sampler(temperature: 1, topK: 2, seed: 3), logits).keys) == [2, 3])
        #expect(Set(Self.draws(Sampler(temperature: 1, topP: 0.5, seed: 3), logits).keys) == [3])
        #expect(Set(Self.draws(Sampler(temperature: 1, topP: 0.85, seed: 3), logits).keys) == [1, 2, 3])
        #expect(Set(Self.draws(Sampler(temperature: 1, minP: 0.4, seed: 3), logits).keys) == [2, 3])
        #expect(Set(Self.draws(Sampler(temperature: 1, seed: 3), logits).keys) == [0, 1, 2, 3])
    }

    @Test func seedsRepeat() {
        func drawn(_ seed: UInt64) -> [Int] {
            var sampler = Sampler(temperature: 1, seed: seed)
            return (0..<50).map { _ in sampler.sample([0, 0, 0, 0, 0, 0, 0, 0]) }
        }
        #expect(drawn(4) == drawn(4))
        #expect(drawn(4) != drawn(5))
    }
}
