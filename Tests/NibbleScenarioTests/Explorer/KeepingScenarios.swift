import Foundation
import NibbleTestSupport
import Testing

/// Nothing that a person has made or has in a file is lost in silence.
@Suite(.serialized) struct KeepingScenarios {
    /// An explorer of the sample model whose first layer has a new format: there is something to save.
    private func edited(
        _ home: URL, format: String = "int4", width: Int = 100, height: Int = 30,
        environment: [String: String] = [:]
    ) throws -> ExplorerScenario {
        let place = home.appendingPathComponent("tiny-tales")
        let model =
            FileManager.default.fileExists(atPath: place.path) ? place : try ScenarioModel.sample(in: home)
        let nibble = try ExplorerScenario(
            [model.path], home: home, width: width, height: height, environment: environment)
        try nibble.wait(for: "embed_tokens")
        try nibble.choose(format: format)
        return nibble
    }

    private func saveAs(_ name: String, _ nibble: ExplorerScenario) throws {
        nibble.press("W")
        try nibble.replace(with: name, titled: "Save the plan to")
    }

    /// Waits for a sentence of a dialog, however it is broken into lines.
    private func waitSaying(_ sentence: String, _ nibble: ExplorerScenario) throws {
        try nibble.wait("says “\(sentence)”") { screen in
            let inside = screen.rows.map { row in
                let parts = row.split(separator: "│", omittingEmptySubsequences: false)
                return parts.map { $0.trimmingCharacters(in: .whitespaces) }
            }
            let columns = (0..<8).map { column in
                inside.compactMap { column < $0.count ? $0[column] : nil }.joined(separator: " ")
            }
            return columns.contains {
                $0.contains(sentence)
                    || $0.replacing(" ", with: "").contains(sentence.replacing(" ", with: ""))
            }
        }
    }

    private func text(_ name: String, in home: URL) throws -> String {
        try String(contentsOf: home.appendingPathComponent(name), encoding: .utf8)
    }

    @Test func aFileOfSomebodyElseIsNotReplacedWithoutAsking() throws {
        try ExplorerScenario.withHome { home in
            let file = home.appendingPathComponent("exists.yaml")
            try Data("precious".utf8).write(to: file)
            #expect(chmod(file.path, 0o640) == 0)
            let nibble = try edited(home)
            try saveAs("exists.yaml", nibble)
            try nibble.wait(for: "The file is there already")
            try waitSaying("precious", nibble)
            nibble.press("esc")
            try nibble.wait(without: "The file is there already")
            #expect(try text("exists.yaml", in: home) == "precious")
            try saveAs("exists.yaml", nibble)
            try nibble.wait(for: "The file is there already")
            nibble.press("down", "enter")
            try nibble.wait(for: "Saved the plan")
            #expect(try text("exists.yaml", in: home).contains("setting: int4"))
            var status = stat()
            #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o640, "the mode is kept")
            // Now it is the plan's own file.
            nibble.press("+")
            try nibble.wait(for: "● unsaved")
            try nibble.wait(without: "Saved the plan")
            nibble.press("w")
            try nibble.wait(for: "Saved the plan")
            try nibble.quit()
        }
    }

    @Test func aLinkIsWrittenThroughAndADeviceRefused() throws {
        try ExplorerScenario.withHome { home in
            let target = home.appendingPathComponent("target.yaml")
            symlink("target.yaml", home.appendingPathComponent("link.yaml").path)
            mkfifo(home.appendingPathComponent("pipe.yaml").path, 0o600)
            let nibble = try edited(home)
            try saveAs("link.yaml", nibble)
            try nibble.wait(for: "Saved the plan")
            #expect(try String(contentsOf: target, encoding: .utf8).contains("setting: int4"))
            let link = home.appendingPathComponent("link.yaml").path
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "target.yaml")
            for (place, word) in [("/dev/full", "a device"), ("pipe.yaml", "a pipe"), (".", "a folder")] {
                try saveAs(place, nibble)
                try waitSaying("it is \(word)", nibble)
                nibble.press("esc")
                try nibble.wait(without: "Save the plan to")
            }
            var status = stat()
            #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
            try nibble.quit()
        }
    }

    @Test func theTildeIsHome() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try edited(home)
            try saveAs("~/home.yaml", nibble)
            try nibble.wait(for: "Saved the plan to ~/home.yaml")
            #expect(try text("home.yaml", in: home).contains("setting: int4"))
            try nibble.quit()
        }
    }

    @Test(arguments: [(80, 24), (60, 20)])
    func aFailedSaveSaysWhyAndKeepsWhatWasTyped(_ width: Int, _ height: Int) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try edited(home, width: width, height: height)
            try saveAs("missing/plan.yaml", nibble)
            try waitSaying("/missing is not there", nibble)
            #expect(nibble.screen.text.contains("missing/plan.yaml"))
            nibble.press("esc")
            try nibble.wait(without: "Save the plan to")
            try saveAs(String(repeating: "n", count: 300), nibble)
            try waitSaying("File name too long", nibble)
            #expect(nibble.screen.text.contains("Save the plan to"))
            nibble.press("ctrl-u")
            nibble.type("short.yaml")
            nibble.press("enter")
            try nibble.wait(for: "Saved the plan")
            #expect(try text("short.yaml", in: home).contains("setting: int4"))
            try nibble.quit()
        }
    }

    @Test func commentsWrittenByHandStay() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try edited(home)
            try saveAs("p.yaml", nibble)
            try nibble.wait(for: "Saved the plan")
            let handle = try FileHandle(forWritingTo: home.appendingPathComponent("p.yaml"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("# by hand\n".utf8))
            try handle.close()
            nibble.press("+")
            try nibble.wait(for: "● unsaved")
            try nibble.wait(without: "Saved the plan")
            nibble.press("w")
            try nibble.wait(for: "Saved the plan")
            let saved = try text("p.yaml", in: home)
            #expect(saved.contains("# by hand"))
            #expect(saved.contains("setting: int5"))
            try nibble.quit()
        }
    }

    @Test func aFileThatWasChangedOutsideIsMerged() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try edited(home)
            try saveAs("p.yaml", nibble)
            try nibble.wait(for: "Saved the plan")
            let changed =
                try text("p.yaml", in: home) + "  - pattern: layers.1.mlp.up_proj\n    setting: int8\n"
            try Data(changed.utf8).write(to: home.appendingPathComponent("p.yaml"))
            nibble.press("+")
            try nibble.wait(for: "● unsaved")
            try nibble.wait(without: "Saved the plan")
            nibble.press("w")
            try nibble.wait(for: "The plan’s file has changed")
            try waitSaying("Changed there: layers.1.mlp.up_proj.", nibble)
            try waitSaying("Changed here: layers.0.attn.q_proj.", nibble)
            #expect(try text("p.yaml", in: home) == changed)
            nibble.press("enter")
            try nibble.wait(for: "Saved the plan")
            let merged = try text("p.yaml", in: home)
            #expect(merged.contains("setting: int5") && merged.contains("setting: int8"))
            try nibble.quit()
        }
    }

    @Test func twoInstancesOfOneModelLoseNothing() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let first = try ExplorerScenario([model.path], home: home)
            try first.wait(for: "embed_tokens")
            let second = try ExplorerScenario([model.path], home: home)
            try second.wait(for: "embed_tokens")
            try first.choose(format: "int4")
            try first.quit()
            second.press("down", "down")
            try second.choose(format: "int8")
            try second.wait(for: "Another nibble changed the plan")
            try waitSaying("Changed there: layers.0.attn.q_proj.", second)
            try waitSaying("Changed here: layers.0.attn.v_proj.", second)
            second.press("enter")
            try second.wait(without: "Another nibble")
            try second.wait("shows both formats") { $0.text.contains("int4") && $0.text.contains("int8") }
            try second.quit()
            let third = try ExplorerScenario([model.path], home: home)
            try third.wait(for: "Went on with the plan")
            try third.wait("shows both formats") { $0.text.contains("int4") && $0.text.contains("int8") }
            try third.quit()
        }
    }

    @Test func promptsOfFourInstancesAreAllRemembered() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let all = try (0..<4).map { _ in try ExplorerScenario([model.path], home: home) }
            for nibble in all { try nibble.wait(for: "embed_tokens") }
            for (number, nibble) in all.enumerated() {
                nibble.press("i")
                try nibble.wait(for: "Prompt")
                nibble.press("ctrl-u")
                nibble.type("prompt number \(number)")
            }
            for nibble in all { nibble.press("enter") }
            for nibble in all { try nibble.wait(without: "earlier prompts") }
            for nibble in all { try nibble.quit() }
            let file = home.appendingPathComponent("state/nibble/prompts.json")
            let prompts = try JSONDecoder().decode([String].self, from: Data(contentsOf: file))
            #expect(Set(prompts).isSuperset(of: (0..<4).map { "prompt number \($0)" }))
            var status = stat()
            #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func whatCannotBeKeptIsSaidAtOnceAndAskedAtTheEnd() throws {
        try ExplorerScenario.withHome { home in
            let blocked = home.appendingPathComponent("file")
            try Data().write(to: blocked)
            let nibble = try ExplorerScenario(
                [try ScenarioModel.sample(in: home).path], home: home,
                environment: ["XDG_STATE_HOME": blocked.path])
            try nibble.wait(for: "Nothing is kept for the next start")
            try nibble.wait(for: "embed_tokens")
            try nibble.choose(format: "int4")
            try nibble.wait(for: "● not kept")
            nibble.press("q")
            try nibble.wait(for: "The plan is not saved")
            nibble.press("esc")
            try nibble.wait(without: "The plan is not saved")
            nibble.press("q")
            try nibble.wait(for: "The plan is not saved")
            nibble.press("enter")
            try nibble.replace(with: "elsewhere.yaml", titled: "Save the plan to")
            try nibble.wait(for: "Saved the plan")
            try nibble.quit()
            #expect(try text("elsewhere.yaml", in: home).contains("setting: int4"))
        }
    }

    @Test func aPlanIsLoadedFromWithin() throws {
        try ExplorerScenario.withHome { home in
            let rules = "  - pattern: layers.0.attn.k_proj\n    setting: int6\n"
            let heading = "version: 1\nname: other\nrules:\n"
            try FileManager.default.createDirectory(
                at: home.appendingPathComponent("plans"), withIntermediateDirectories: true)
            let files = [
                ("plans/first.yaml", heading + rules),
                ("plans/foreign.yaml", heading + rules + "  - pattern: no.such.layer\n    setting: int6\n"),
                ("broken.yaml", "version: 1\nrules:\n  - pattern: x\n    setting: int99\n"),
            ]
            for (name, text) in files { try Data(text.utf8).write(to: home.appendingPathComponent(name)) }
            let nibble = try edited(home)
            // The edit is kept by a job: the list knows what is written.
            let kept = home.appendingPathComponent("state/nibble/plans").path
            try nibble.wait("has kept the plan") { _ in
                (try? FileManager.default.contentsOfDirectory(atPath: kept))?.contains {
                    $0.hasSuffix(".yaml")
                } == true
            }
            nibble.press("L")
            try nibble.wait(for: "kept from last time")
            nibble.type("pl")
            nibble.press("tab")
            try nibble.wait(for: "› plans/")
            nibble.type("f")
            nibble.press("tab")
            try nibble.wait(for: "first.yaml")
            try nibble.wait(for: "foreign.yaml")
            nibble.type("i")
            nibble.press("tab")
            try nibble.wait(for: "plans/first.yaml")
            nibble.press("enter")
            try nibble.wait(for: "Loaded first.yaml")
            try nibble.wait("shows the loaded plan") { $0.text.contains("int6") && !$0.text.contains("int4") }
            nibble.press("u")
            try nibble.wait(for: "int4")

            nibble.press("L")
            try nibble.wait(for: "used before")
            nibble.type("broken.yaml")
            nibble.press("enter")
            try nibble.wait(for: "line 4")
            nibble.press("ctrl-u")
            nibble.type("plans/foreign.yaml")
            nibble.press("enter")
            try nibble.wait(for: "match no layer here")

            nibble.press("L")
            try nibble.wait(for: "used before")
            nibble.press("down", "down")
            try nibble.wait(for: "▌")
            nibble.press("enter")
            try nibble.wait(for: "Loaded")
            try nibble.quit()
        }
    }

    @Test func smallThingsAreAsTheyWereLeft() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario([model.path], home: home)
            try nibble.wait(for: "embed_tokens")
            let before = nibble.screen.cells[3][3].background
            nibble.press("t")
            try nibble.wait(for: "Theme")
            nibble.type("paper")
            nibble.press("enter")
            try nibble.wait("changes the ground") { $0.cells[3][3].background != before }
            let after = nibble.screen.cells[3][3].background
            nibble.press("s")
            try nibble.wait(for: "Layers by name.")
            nibble.press("o")
            try nibble.wait(for: "The mouse is off")
            nibble.press("c")
            try nibble.wait(for: "blocks")
            try nibble.quit()

            let again = try ExplorerScenario([model.path], home: home)
            try again.wait(for: "blocks")
            #expect(again.screen.cells[3][3].background == after)
            #expect(again.screen.modes.isDisjoint(with: [1000, 1002]))
            try again.wait("is sorted by name") { screen in
                guard let heads = screen.place(of: "fmt") else { return false }
                return screen.rows[heads.y + 1].contains("embed_tokens")
                    && screen.rows[heads.y + 2].contains("k_proj")
            }
            try again.quit()

            let file = home.appendingPathComponent("state/nibble/settings.json")
            try Data("{".utf8).write(to: file)
            let broken = try ExplorerScenario([model.path], home: home)
            try broken.wait(for: "The settings are left out")
            try broken.quit()
        }
    }
}
