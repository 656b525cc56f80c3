import NibbleEvaluation
import NibbleQuantization
import Testing

@testable import NibbleExplorer

/// How a plan moves sentences in the order of those most alike to another.
@Suite struct SimilarityRankTests {
    /// Rows of similarities as they come, each item's own last.
    private static func sides(original: [[Double?]], plan: [[Double?]]) throws -> ItemSides {
        let current = Plan(name: "plan")
        var snapshot = ItemSnapshot(
            items: original.indices.map { .text(TextInput("\($0)")) }, plans: [current])
        for (before, after) in zip(original, plan) {
            snapshot.append(ItemResult(), similarities: [before, after])
        }
        return try #require(ItemSides(.items(snapshot), of: current))
    }

    @Test func ranksAreCountedAmongTheOthers() throws {
        // Beside 0 the original has 1, 2, 3 in this order, the plan 2, 3, 1.
        let sides = try Self.sides(
            original: [[1], [0.9, 1], [0.5, 0, 1], [0.1, 0, 0, 1]],
            plan: [[1], [0.1, 1], [0.6, 0, 1], [0.5, 0, 0, 1]])
        #expect(sides.rise(of: 1, besides: 0) == -2)
        #expect(sides.rise(of: 2, besides: 0) == 1)
        #expect(sides.rise(of: 3, besides: 0) == 1)
        #expect(sides.rise(of: 0, besides: 0) == nil)
        #expect(sides.rise(of: 7, besides: 0) == nil && sides.rise(of: 0, besides: 7) == nil)
        #expect(sides.nearest(0, ofPlan: false) == 1 && sides.nearest(0, ofPlan: true) == 2)
    }

    @Test func equalSimilaritiesKeepTheOrderOfTheItems() throws {
        let rows: [[Double?]] = [[1], [0.5, 1], [0.5, 0.5, 1]]
        let sides = try Self.sides(original: rows, plan: rows)
        for row in 0..<3 {
            for column in 0..<3 where row != column { #expect(sides.rise(of: column, besides: row) == 0) }
        }
    }

    @Test func whatIsNotFiniteHasNoRank() throws {
        let sides = try Self.sides(original: [[1], [0.5, 1]], plan: [[nil], [nil, nil]])
        #expect(sides.rise(of: 1, besides: 0) == nil)
    }
}
