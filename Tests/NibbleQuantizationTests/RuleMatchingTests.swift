import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleQuantization

/// What is matched once for all layers is what every rule says, layer by layer, also for odd names.
@Suite struct RuleMatchingTests {
    private static let layers: [[LinearLayer]] = [
        Layers.all,
        (0..<3).flatMap { block in
            ["attn.q_proj", "mlp.experts.0.up", "mlp.experts.1.up", "mlp.experts.10.up"].map {
                Layers.layer("layers.\(block).\($0)", rows: 32)
            }
        } + [Layers.layer("head", rows: 32, tied: ["layers.9.attn.q_proj", "embed"])],
        // Names that an expression for a kind would read in another way.
        [
            "layers.07.a", "layers.7.a", "layers.8.a", "7.x.7.a", "7.x.8.a", "schicht.1.größe",
            "schicht.2.größe",
        ].map {
            Layers.layer($0, rows: 32)
        },
    ]

    private static let patterns = [
        ".*", "head", "embed", "lm_head", "layers\\.\\d+\\.attn\\.q_proj", "layers\\.\\d+\\.a",
        "layers\\.[0-1]\\..*", ".*experts\\.1.*", "layers.1.attn.q_proj", "nothing", "schicht\\.\\d+\\.größe",
        "7\\.x\\.\\d+\\.a", "layers\\.\\d+\\.mlp\\.experts\\.1\\.up",
    ]

    @Test(arguments: layers.indices) func everyLayerTakesTheLastRuleThatMatchesOneOfItsNames(_ set: Int)
        throws
    {
        let layers = Self.layers[set]
        let planned = PlannedLayers(layers)
        for pattern in Self.patterns {
            let ready = try LayerPattern(pattern)
            let expected = layers.indices.filter { layers[$0].allNames.contains(where: ready.matches) }
            let resolved = ResolvedPlan(Plan(rules: [try PlanRule(pattern: pattern, setting: nil)]), planned)
            #expect(resolved.rules.indices.filter { resolved.rules[$0] == 0 } == expected, "\(pattern)")
        }
        let rules = try Self.patterns.map { try PlanRule(pattern: $0, setting: nil) }
        #expect(ResolvedPlan(Plan(), planned).rules == layers.map { _ in -1 })
        let last = ResolvedPlan(Plan(rules: rules), planned).rules
        for (layer, rule) in zip(layers, last) {
            let expected = rules.lastIndex { rule in
                layer.allNames.contains { (try? LayerPattern(rule.pattern))?.matches($0) == true }
            }
            #expect(rule == expected ?? -1)
        }
    }

    /// Random edits: the layers chosen get the setting, and no other layer changes.
    @Test(arguments: layers.indices, [1, 2, 3] as [UInt64])
    func anEditChangesWhatItIsAboutAndNothingElse(_ set: Int, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let layers = Self.layers[set]
        let settings = try ["int4", "int8", "q4_0"].map { Optional(try Setting(parsing: $0)) } + [nil]
        let first = Plan(rules: [
            try PlanRule(pattern: "layers\\.[0-1]\\..*", setting: Setting(parsing: "int3"))
        ])
        var plan = ResolvedPlan(first, PlannedLayers(layers))
        for _ in 0..<60 {
            let chosen = layers.indices.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
            let setting = settings.randomElement(using: &generator) ?? nil
            let before = layers.map { plan.setting(of: $0.id) }
            plan = plan.setting(chosen.map { layers[$0].id }, to: setting)
            let fresh = ResolvedPlan(plan.plan, PlannedLayers(layers))
            for (place, layer) in layers.enumerated() {
                #expect(plan.setting(of: layer.id) == (chosen.contains(place) ? setting : before[place]))
                #expect(fresh.setting(of: layer.id) == plan.setting(of: layer.id))
            }
        }
        #expect(plan.plan.rules.count <= 2 * layers.count, "rules stay few")
    }
}

extension LinearLayer {
    /// The path and the names of what is tied to it.
    fileprivate var allNames: [String] { [id.name] + tiedNames }
}
