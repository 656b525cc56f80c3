import Foundation
import NibbleTestSupport
import Testing

/// The tree, the list of models, themes, the mouse, sizes and damaged models.
@Suite(.serialized) struct ScreenScenarios {
    @Test func theListOfModelsOpensTheSampleModel() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario([], home: home)
            try nibble.wait(for: "Sample models")
            try nibble.wait(for: "✓ runs")
            nibble.press("enter")
            try nibble.wait(for: "embed_tokens")
            nibble.press("m")
            // The whole screen must have changed: a key right behind Esc would be one with it.
            try nibble.wait("shows the list alone") { screen in
                screen.text.contains("Sample models") && !screen.text.contains("embed_tokens")
            }
            nibble.press("esc")
            try nibble.wait(for: "embed_tokens")
            try nibble.quit()
        }
    }

    @Test func layersAreFilteredSortedAndFound() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.press("/")
            nibble.type("down")
            try nibble.wait(without: "q_proj")
            nibble.press("esc")
            try nibble.wait(for: "q_proj")
            nibble.press("s")
            try nibble.wait(for: "Layers by name.")
            nibble.press("s")
            try nibble.wait("lists the largest layer first") { screen in
                guard let heads = screen.place(of: "fmt") else { return false }
                return screen.rows[heads.y + 1].contains("embed_tokens")
            }
            nibble.press("n")
            try nibble.wait(for: "No layer is hurt")
            try nibble.quit()
        }
    }

    @Test func aThemeChangesTheColours() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            let before = nibble.screen.cells[3][3].background
            nibble.press("t")
            try nibble.wait(for: "Theme")
            nibble.type("paper")
            try nibble.wait(for: "Paper")
            nibble.press("enter")
            try nibble.wait("changes the ground") { $0.cells[3][3].background != before }
            try nibble.quit()
        }
    }

    @Test func theMouseChoosesARowUntilItIsSwitchedOff() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario([try ScenarioModel.sample(in: home).path], home: home)
            try nibble.wait(for: "o_proj")
            #expect(!nibble.screen.modes.isDisjoint(with: [1000, 1002]))
            let place = try #require(nibble.screen.place(of: "o_proj"))
            nibble.click(x: place.x, y: place.y)
            try nibble.wait("chooses the row") { $0.rows[place.y].contains("▌") }
            nibble.wheel(down: true, x: place.x, y: place.y)
            try nibble.wait("scrolls on") { !$0.rows[place.y].contains("▌") }
            nibble.press("o")
            try nibble.wait(for: "The mouse is off")
            try nibble.wait("gives the mouse back") { $0.modes.isDisjoint(with: [1000, 1002]) }
            try nibble.quit()
        }
    }

    @Test func everySizeIsDrawnDownToTheSmallest() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            for (width, height) in [(160, 45), (80, 24), (40, 12), (20, 5), (12, 3), (120, 40)] {
                nibble.resize(width: width, height: height)
                let wanted = width < 20 ? "Make" : "Layers"
                try nibble.wait("fits \(width)×\(height)") {
                    $0.text.contains(wanted) && $0.rows.count == height
                }
            }
            try nibble.quit()
        }
    }

    @Test func helpListsTheKeys() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.press("?")
            try nibble.wait(for: "Next weight format")
            nibble.press("esc")
            try nibble.wait(without: "Next weight format")
            try nibble.quit()
        }
    }

    @Test func weightsThatAreNotNumbersAreCountedAndShown() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let tensor = "model.layers.0.self_attn.q_proj.weight"
            try ScenarioModel.overwrite(tensor, of: model, at: 5, with: .nan)
            try ScenarioModel.overwrite(tensor, of: model, at: 700, with: .infinity)
            let nibble = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try nibble.wait(for: "Details")
            nibble.press("space")
            try nibble.wait("counts NaN in the details") { screen in
                screen.rows.contains { $0.contains("NaN") && $0.contains("1 ") }
            }
            try nibble.wait("marks the layer") { screen in
                screen.rows.contains { $0.contains("attn.q_proj") && $0.contains("!") }
            }
            try nibble.quit()
        }
    }

    @Test func aModelOfAnUnknownKindIsBrowsedAndSaysWhyItCannotRun() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let file = model.appendingPathComponent("config.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            try text.replacing("LlamaForCausalLM", with: "StrangeForCausalLM").write(
                to: file, atomically: true, encoding: .utf8)
            let nibble = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try nibble.wait(for: "StrangeForCausalLM")
            try nibble.wait(for: "LlamaForCausalLM")
            nibble.press("space")
            try nibble.wait(for: "SQNR")
            try nibble.quit()
        }
    }

    @Test func aFileCutShortIsExplainedOnTheListOfModels() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let handle = try FileHandle(forWritingTo: model.appendingPathComponent("model.safetensors"))
            try handle.truncate(atOffset: 100_000)
            try handle.close()
            let nibble = try ExplorerScenario([model.path], home: home)
            try nibble.wait(for: "cut short")
            try nibble.quit()
        }
    }

    @Test func aMissingModelEndsWithASentence() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario(["/nowhere/at/all"], home: home)
            #expect(try nibble.ending() == .exited(1))
            #expect(nibble.screen.rows.joined().contains("/nowhere/at/all"))
        }
    }

    @Test func aTerminalThatNobodyKnowsIsRefused() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario(
                [try ScenarioModel.sample(in: home).path], home: home,
                environment: ["TERM": "no-such-terminal"])
            #expect(try nibble.ending() == .exited(1))
            #expect(nibble.screen.rows.joined().contains("no-such-terminal"))
        }
    }

    @Test func withoutUTF8EverythingIsDrawnInASCII() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario(
                [try ScenarioModel.sample(in: home).path], home: home,
                environment: ["LC_ALL": "C", "LANG": "C"])
            try nibble.wait(for: "embed_tokens")
            #expect(!nibble.written.contains { $0 >= 0x80 })
            try nibble.quit()
        }
    }
}
