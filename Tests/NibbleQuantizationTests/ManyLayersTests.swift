import NibbleKernels
import NibbleTransformers
import Testing

@testable import NibbleQuantization

/// Plans for as many layers as a model of experts has.
@Suite struct ManyLayersTests {
    /// 40 blocks of 4 layers and of 165 experts with 3 layers each, and two outside: 20,000 in all less a few.
    static let all: [LinearLayer] =
        [Layers.layer("embed_tokens", rows: 64), Layers.layer("lm_head", rows: 64)]
        + (0..<40).flatMap { (block: Int) -> [LinearLayer] in
            ["q", "k", "v", "o"].map { Layers.layer("layers.\(block).attn.\($0)_proj", rows: 32) }
                + (0..<165).flatMap { (expert: Int) -> [LinearLayer] in
                    ["gate", "up", "down"].map {
                        Layers.layer("layers.\(block).mlp.experts.\(expert).\($0)_proj", rows: 32)
                    }
                }
        }

    private let layers = PlannedLayers(ManyLayersTests.all)

    private func rule(_ pattern: String, _ setting: String) throws -> PlanRule {
        try PlanRule(pattern: pattern, setting: try Setting.parse(setting))
    }

    @Test func patternsOfAllSizesAreResolved() throws {
        let plan = Plan(rules: [
            try rule(".*", "int8"), try rule("layers\\.\\d+\\.mlp\\.experts\\..*", "int4"),
            try rule("layers\\.[0-9]\\.mlp\\.experts\\.\\d+\\.down_proj", "int5"),
            try rule("lm_head", "original"),
        ])
        let resolved = ResolvedPlan(plan, layers)
        var counts: [String: Int] = [:]
        for index in Self.all.indices {
            counts[Setting.text(of: resolved.setting(at: index)), default: 0] += 1
        }
        #expect(counts == ["int8": 161, "int4": 40 * 495 - 1650, "int5": 1650, "original": 1])
        #expect(resolved.idlePatterns.isEmpty)
    }

    /// A rule for every layer, as a search or a file may write them: each costs a look-up.
    @Test func aRuleForEachLayerIsResolved() throws {
        let settings = try ["int4", "int8"].map { try Setting.parse($0) }
        let rules = Self.all.enumerated().map { PlanRule(layer: $1.id, setting: settings[$0 % 2]) }
        let resolved = ResolvedPlan(Plan(rules: rules), layers)
        #expect(Self.all.indices.allSatisfy { resolved.setting(at: $0) == settings[$0 % 2] })
        let other = ResolvedPlan(Plan(rules: [try rule(".*", "int4")]), layers)
        #expect(resolved.differences(from: other).count == Self.all.count / 2)
    }

    /// Half of all layers chosen one by one: each gets a rule, and going on to edit them stays possible.
    @Test func manyChosenLayersAreEdited() throws {
        var resolved = ResolvedPlan(Plan(rules: [try rule(".*", "int8")]), layers)
        let chosen = Self.all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.id)
        for text in ["int4", "int5", "original"] {
            resolved = resolved.setting(chosen, to: try Setting.parse(text))
            for index in Self.all.indices {
                let wanted = index % 2 == 0 ? text : "int8"
                guard Setting.text(of: resolved.setting(at: index)) != wanted else { continue }
                Issue.record("\(Self.all[index].id) after \(text)")
                break
            }
        }
        #expect(resolved.plan.rules.count <= Self.all.count)
        #expect(resolved.resolving(resolved.plan).size == resolved.size)
        let one = resolved.setting([Self.all[0].id], to: try Setting.parse("int3"))
        #expect(one.setting(of: Self.all[0].id)?.storage.format == "int3")
        #expect(one.differences(from: resolved).map(\.layer) == [Self.all[0].id])
    }
}
