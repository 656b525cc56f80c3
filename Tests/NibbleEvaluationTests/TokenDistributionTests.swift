import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleEvaluation

/// Divergence, entropy and ranks against sums written out plainly.
@Suite struct TokenDistributionTests {
    private static func logits(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in 3 * generator.nextNormal() }
    }

    /// exp(x) ÷ Σ exp(x), without any care for large numbers.
    private static func softmax(_ logits: [Float]) -> [Double] {
        let powers = logits.map { exp(Double($0)) }
        return powers.map { $0 / powers.reduce(0, +) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func divergenceIsTheSumOverAllTokens(_ seed: UInt64)
        throws
    {
        let (first, second) = (Self.logits(300, seed: seed), Self.logits(300, seed: seed + 1000))
        let expected = zip(Self.softmax(first), Self.softmax(second)).reduce(0) {
            $0 + $1.0 * log($1.0 / $1.1)
        }
        let found = try #require(Divergence.klDivergence(of: first, from: second))
        #expect(abs(found - expected) < 1e-12 * max(1, expected))
    }

    @Test func divergenceByHand() throws {
        // P = (1/2, 1/2), Q = (1/4, 3/4): ½·ln 2 + ½·ln ⅔.
        let found = Divergence.klDivergence(of: [0, 0], from: [0, Float(log(3.0))])
        #expect(abs(try #require(found) - (0.5 * log(2) + 0.5 * log(2.0 / 3))) < 1e-7)
    }

    @Test func equalLogitsHaveNoDivergenceAtAll() {
        let logits = Self.logits(2048, seed: 4)
        #expect(Divergence.klDivergence(of: logits, from: logits) == 0)
    }

    @Test func largeLogitsDoNotOverflow() throws {
        let distribution = try #require(TokenDistribution(logits: [30_000, 29_999, -30_000]))
        #expect(abs(distribution.logProbabilities[0] + log(1 + exp(-1.0))) < 1e-12)
        #expect(distribution.entropy.isFinite)
    }

    @Test func logitsWithoutADistribution() {
        #expect(TokenDistribution(logits: []) == nil)
        #expect(TokenDistribution(logits: [1, .nan]) == nil)
        #expect(TokenDistribution(logits: [1, .infinity]) == nil)
        #expect(TokenDistribution(logits: [-.infinity, -.infinity]) == nil)
        #expect(Divergence.klDivergence(of: [1, 2], from: [1, .nan]) == .infinity)
        #expect(Divergence.klDivergence(of: [1, .nan], from: [1, 2]) == nil)
        #expect(Divergence.klDivergence(of: [1, 2], from: [1, 2, 3]) == nil)
    }

    @Test func tokensThatAreRuledOut() {
        #expect(
            Divergence.klDivergence(of: [0, -.infinity], from: [0, 0]).map { abs($0 - log(2)) < 1e-12 }
                == true)
        #expect(Divergence.klDivergence(of: [0, 0], from: [0, -.infinity]) == .infinity)
    }

    @Test func entropyOfEqualTokensIsTheLogarithmOfTheirNumber() throws {
        let distribution = try #require(TokenDistribution(logits: [Float](repeating: 2, count: 64)))
        #expect(abs(distribution.entropy - log(64)) < 1e-12)
        #expect(try #require(TokenDistribution(logits: [5, -.infinity])).entropy == 0)
    }

    @Test func topAndRankAgreeWithSorting() throws {
        let logits = Self.logits(500, seed: 9)
        let distribution = try #require(TokenDistribution(logits: logits))
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        #expect(distribution.top(12).map(\.id) == Array(order.prefix(12)))
        #expect(distribution.top(0).isEmpty)
        #expect(distribution.top(600).count == 500)
        for (place, id) in order.enumerated() { #expect(distribution.rank(of: id) == place + 1) }
        #expect(try #require(TokenDistribution(logits: [1, 1, 0])).top(2).map(\.id) == [0, 1])
        #expect(try #require(TokenDistribution(logits: [1, 1, 0])).rank(of: 1) == 1)
    }
}
