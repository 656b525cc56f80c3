import NibbleQuantization
import NibbleTransformers
import Testing

/// Two plans made from one come together layer by layer.
@Suite struct PlanMergeTests {
    private let layers = PlannedLayers(["a", "b", "c", "d"].map { Layers.layer($0, rows: 32) })

    private func plan(_ rules: String...) throws -> Plan {
        Plan(rules: try rules.map { try PlanRule(parsing: $0) })
    }

    private func settings(_ plan: Plan) -> [String] {
        let resolved = ResolvedPlan(plan, layers)
        return layers.layers.map { Setting.text(of: resolved.setting(of: $0.id)) }
    }

    @Test func whatOneSideChangedIsTakenFromIt() throws {
        let merge = PlanMerge(
            base: try plan("a=int8", "b=int8"), ours: try plan("a=int4", "b=int8"),
            theirs: try plan("a=int8", "c=int4"), layers: layers)
        #expect(settings(merge.merged) == ["int4", "original", "int4", "original"])
        #expect(merge.ours.map(\.name) == ["a"])
        #expect(merge.theirs.map(\.name) == ["b", "c"])
        #expect(merge.conflicts.isEmpty)
    }

    @Test func whatBothChangedOtherwiseIsNamedAndOursStands() throws {
        let merge = PlanMerge(
            base: try plan("a=int8"), ours: try plan("a=int4", "b=int4"),
            theirs: try plan("a=int6", "b=int4"), layers: layers)
        #expect(settings(merge.merged) == ["int4", "int4", "original", "original"])
        #expect(merge.conflicts.map(\.name) == ["a"], "the same change on both sides is none")
    }

    @Test func withoutACommonPlanEveryDifferenceIsOne() throws {
        let merge = PlanMerge(
            base: nil, ours: try plan("a=int4"), theirs: try plan("a=int4", "b=int8"), layers: layers)
        #expect(merge.conflicts.map(\.name) == ["b"])
    }

    @Test func rulesForOtherModelsStayOnBothSides() throws {
        let merge = PlanMerge(
            base: Plan(), ours: try plan("x=int4", "a=int4"), theirs: try plan("y=int8"), layers: layers)
        let patterns = Set(merge.merged.rules.map(\.pattern))
        #expect(patterns == ["x", "y", "a"])
    }
}
