import Foundation
import NibbleTestSupport
import Testing

/// Plans are saved, restored, loaded and refused in a sentence.
@Suite(.serialized) struct PlanScenarios {
    @Test func aPlanIsSavedAndComesBack() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario([model.path], home: home)
            try nibble.wait(for: "embed_tokens")
            try nibble.choose(format: "q4_0")
            try nibble.wait(for: "● unsaved")
            nibble.press("w")
            try nibble.replace(with: "mine.yaml", titled: "Save the plan to")
            try nibble.wait(for: "Saved the plan")
            try nibble.wait(without: "● unsaved")
            try nibble.quit()

            let text = try String(contentsOf: home.appendingPathComponent("mine.yaml"), encoding: .utf8)
            #expect(text.contains("layers.0.attn.q_proj"))
            #expect(text.contains("setting: q4_0"))

            let again = try ExplorerScenario([model.path], home: home)
            try again.wait(for: "q4_0")
            #expect(!again.screen.text.contains("● unsaved"))
            again.press("x")
            try again.wait(for: "● unsaved")
            try again.quit()
        }
    }

    @Test func aPlanOfTheCommandLineIsShown() throws {
        try ExplorerScenario.withHome { home in
            let plan = home.appendingPathComponent("p.yaml")
            try "version: 1\nname: p\nrules:\n  - pattern: \".*\"\n    setting: int6\n".write(
                to: plan, atomically: true, encoding: .utf8)
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario(["--plan", plan.path, model.path], home: home)
            try nibble.wait("shows int6 for every row") { $0.rows.count { $0.contains("int6") } >= 10 }
            try nibble.quit()
        }
    }

    @Test func aBrokenPlanIsRefusedBeforeTheScreenOpens() throws {
        try ExplorerScenario.withHome { home in
            let plan = home.appendingPathComponent("p.yaml")
            try "version: 1\nrules:\n  - pattern: \"(\"\n    setting: int6\n".write(
                to: plan, atomically: true, encoding: .utf8)
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario(["--plan", plan.path, model.path], home: home)
            #expect(try nibble.ending() == .exited(1))
            #expect(nibble.screen.rows.joined().contains("line 3"))
        }
    }
}
