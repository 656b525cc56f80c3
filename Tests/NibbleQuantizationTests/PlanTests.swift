import Foundation
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleQuantization

@Suite struct PlanTests {
    private func plan(_ rules: (String, String)...) throws -> Plan {
        Plan(rules: try rules.map { try PlanRule(pattern: $0.0, setting: try Setting.parse($0.1)) })
    }

    private let layers = PlannedLayers(Layers.all)

    private func id(_ name: String) -> LayerPath { LayerPath(name) }

    @Test func laterRulesWin() throws {
        let plan = try plan(
            (".*", "int4"), ("layers\\.1\\..*", "int8"), ("layers.1.mlp.down_proj", "original"))
        let settings = ResolvedPlan(plan, layers).settings
        #expect(settings[id("layers.0.attn.q_proj")]?.description == "int4")
        #expect(settings[id("layers.1.attn.q_proj")]?.description == "int8")
        #expect(settings[id("layers.1.mlp.down_proj")] == nil)
        #expect(ResolvedPlan(plan, layers).setting(of: id("layers.2.attn.q_proj"))?.description == "int4")
        #expect(settings.count == 6)
    }

    @Test func patternsMatchWholeNames() throws {
        let plan = try plan(("layers\\.1", "int4"), ("q_proj|layers.0.*", "int8"), ("lm_head", "q8_0"))
        let settings = ResolvedPlan(plan, layers).settings
        #expect(settings[id("layers.1.attn.q_proj")] == nil)
        #expect(settings[id("layers.0.mlp.down_proj")]?.description == "int8")
        #expect(settings[id("embed_tokens")]?.description == "q8_0")
        #expect(ResolvedPlan(plan, layers).idlePatterns == ["layers\\.1"])
    }

    @Test func namesWithSignsMatchThemselves() throws {
        let odd = [Layers.layer("a(b.weight", rows: 32), Layers.layer("ab.weight", rows: 32)]
        let edited = ResolvedPlan(Plan(), PlannedLayers(odd)).setting(
            [id("a(b.weight")], to: try Setting(parsing: "int4")
        ).plan
        #expect(ResolvedPlan(edited, PlannedLayers(odd)).settings.keys.map(\.name) == ["a(b.weight"])
        #expect(try Plan.parse(yaml: edited.yaml) == edited)
    }

    @Test func editsTouchTheChosenLayersOnly() throws {
        var generator = SeededGenerator(seed: 8)
        let choices = try ["int4", "int8 group=32", "q8_0", "original"].map { try Setting.parse($0) }
        for _ in 0..<300 {
            var plan = try plan((".*", "int6"), ("layers\\.\\d+\\.attn\\.q_proj", "fixed8"))
            var expected = ResolvedPlan(plan, layers).settings
            for _ in 0..<6 {
                let chosen = Layers.all.map(\.id).filter { _ in Bool.random(using: &generator) }
                let setting = choices.randomElement(using: &generator) ?? nil
                let resolved = ResolvedPlan(plan, layers).setting(chosen, to: setting)
                plan = resolved.plan
                for layer in chosen { expected[layer] = setting }
                #expect(ResolvedPlan(plan, layers).settings == expected)
                #expect(resolved.settings == expected && resolved.size == ResolvedPlan(plan, layers).size)
                #expect(try Plan.parse(yaml: plan.yaml) == plan)
            }
            #expect(plan.rules.count <= 2 + Layers.all.count * 2)
        }
    }

    @Test func rulesStayFew() throws {
        let int4 = try Setting(parsing: "int4")
        let one = ResolvedPlan(Plan(), layers).setting([id("layers.0.attn.q_proj")], to: int4).plan
        #expect(one.rules.map(\.pattern) == ["layers.0.attn.q_proj"])
        let all = Layers.all.map(\.id)
        let queries = Layers.all.map(\.id).filter { $0.name.hasSuffix("q_proj") }
        let kind = ResolvedPlan(one, layers).setting(queries, to: int4).plan
        let again = ResolvedPlan(kind, layers).setting(queries, to: try Setting(parsing: "int3")).plan
        #expect(again.rules.count == 1 || ResolvedPlan(again, layers).settings.count == 3)
        #expect(again.rules.last?.pattern == "layers\\.\\d+\\.attn\\.q_proj")
        #expect(ResolvedPlan(again, layers).setting(all, to: nil).plan.rules.isEmpty)
        #expect(
            ResolvedPlan(again, layers).setting(all, to: int4).plan.rules.map(\.pattern) == [".*"])
        let reset = ResolvedPlan(one, layers).setting([id("layers.0.attn.q_proj")], to: nil).plan
        #expect(reset.rules.isEmpty)
    }

    @Test func yamlReadsBack() throws {
        var plan = try plan((".*", "int4 group=32"), ("lm_head", "original"), ("a: b # \"c\" \\d", "q8_0"))
        plan.name = "tricky: 'name' é 日本 \u{1B}[31m \u{2028}\u{85} # -"
        plan.model = "yes"
        #expect(try Plan.parse(yaml: plan.yaml) == plan)
        for name in [
            "", " ", "1", "null", "~", "- x", "a\nb", "\\", "\"", "x ", "é", "\u{FFFE}", "\u{10FFFF}",
            "\u{0}",
        ] {
            plan.name = name
            #expect(try Plan.parse(yaml: plan.yaml).name == name)
        }
        plan.rules = []
        #expect(try Plan.parse(yaml: plan.yaml) == plan)
        #expect(!plan.yaml.contains("\u{1B}"))
    }

    @Test func handWrittenPlanIsRead() throws {
        let plan = try Plan.parse(
            yaml: """
                # mine
                version: 1
                name: four bits
                rules:
                  - pattern: '.*'
                    setting: int4, group=32
                  - {pattern: "lm_head", setting: Original}
                """)
        #expect(plan.name == "four bits" && plan.rules.count == 2 && plan.rules[1].setting == nil)
        #expect(plan.rules[0].setting?.description == "int4 group=32")
    }

    @Test(arguments: [
        ("", 1, "empty"), ("version: 1\nname: x\n", 1, "rules"), ("version: 2\nrules: []\n", 1, "version: 1"),
        ("version: 1\n\nrule: []\n", 3, "‘rule’"), ("version: 1\nrules: 3\n", 2, "list"),
        ("version: 1\nrules:\n  - pattern: .*\n    setting: int99\n", 4, "int99"),
        ("version: 1\nrules:\n  - pattern: '['\n    setting: int4\n", 3, "regular expression"),
        ("version: 1\nrules:\n  - pattern: .*\n", 3, "no setting"),
        ("version: 1\nrules:\n  - setting: int4\n", 3, "no pattern"),
        ("version: 1\nrules:\n  - pattern: a\n    setting: int4\n    bits: 4\n", 5, "‘bits’"),
        ("version: 1\nrules:\n  - int4\n", 3, "pattern"),
        ("version: 1\nrules:\n  - pattern: [a]\n    setting: int4\n", 3, "text"),
        ("version: 1\nname: x\nname: y\nrules: []\n", 2, "twice"), ("version: 1\nrules: [\n", 3, "YAML"),
        ("version: 1\n\trules: []\n", 2, "YAML"),
        ("{\"quant_method\": \"gptq\", \"bits\": 4}", 1, "quant_method"),
        ("- 1\n- 2\n", 1, "not a plan"), ("just text", 1, "not a plan"),
        ("a: &x [1]\nb: *x\n", 2, "references"), ("quantization:\n  algo: awq\n", 1, "‘quantization’"),
    ])
    func wrongPlansNameTheLine(_ yaml: String, _ line: Int, _ words: String) {
        do {
            let plan = try Plan.parse(yaml: yaml, file: "p.yaml")
            Issue.record("read as \(plan)")
        } catch {
            #expect(error.line == line, "\(error)")
            #expect(error.description.hasPrefix("p.yaml, line \(line): "))
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test func commandLineRule() throws {
        let rule = try PlanRule(parsing: "layers\\.\\d+\\.mlp.*=int4 group=32")
        #expect(rule.pattern == "layers\\.\\d+\\.mlp.*" && rule.setting?.description == "int4 group=32")
        #expect(throws: SettingError.self) { try PlanRule(parsing: "int4") }
        #expect(throws: SettingError.self) { try PlanRule(parsing: "=int4") }
        #expect(throws: SettingError.self) { try PlanRule(parsing: "(=int4") }
    }

    @Test func differencesNameBothSettings() throws {
        let before = try plan((".*", "int8"))
        let after = try plan((".*", "int8"), ("embed_tokens", "int4"), ("layers.2.attn.q_proj", "original"))
        let differences = ResolvedPlan(after, layers).differences(from: ResolvedPlan(before, layers)).map(
            \.description)
        #expect(differences == ["embed_tokens: int8 → int4", "layers.2.attn.q_proj: int8 → original"])
        #expect(ResolvedPlan(after, layers).differences(from: ResolvedPlan(after, layers)).isEmpty)
    }

    @Test func savingIsWholeOrNot() throws {
        try Layers.withFolder { folder in
            let file = folder.appendingPathComponent("a.yaml")
            let first = try plan((".*", "int4"))
            try first.save(file)
            #expect(try Plan.load(file) == first)
            let second = try plan((".*", "int8"))
            try second.save(file)
            #expect(try Plan.load(file) == second)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.yaml"])
            #expect(throws: PlanError.self) { try first.save(folder.appendingPathComponent("none/a.yaml")) }
            let taken = folder.appendingPathComponent("taken")
            try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
            #expect(throws: PlanError.self) { try first.save(taken) }
            #expect(
                Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["a.yaml", "taken"])
        }
    }

    @Test func filesThatAreNoPlansGiveASentence() throws {
        try Layers.withFolder { folder in
            let file = folder.appendingPathComponent("bad.yaml")
            for (bytes, words) in [
                ([0xFF, 0xFE, 0x00], "UTF-8"), (Array(repeating: UInt8(ascii: "a"), count: 2 << 20), "bytes"),
                ([0, 1, 2], "YAML"),
            ] as [([UInt8], String)] {
                try Data(bytes).write(to: file)
                do {
                    _ = try Plan.load(file)
                    Issue.record("read")
                } catch {
                    let sentence = "\(error)"
                    #expect(sentence.contains(words) && sentence.contains("bad.yaml"), "\(sentence)")
                }
            }
            #expect(throws: PlanError.self) { try Plan.load(folder) }
            #expect(throws: PlanError.self) { try Plan.load(folder.appendingPathComponent("none.yaml")) }
        }
    }
}

extension ResolvedPlan {
    /// The settings of the layers that have one.
    var settings: [LayerPath: Setting] {
        layers.layers.reduce(into: [:]) { $0[$1.id] = setting(of: $1.id) }
    }
}
