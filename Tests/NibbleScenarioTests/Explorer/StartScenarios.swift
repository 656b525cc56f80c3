import Foundation
import NibbleTestSupport
import Testing

/// What a MODEL argument leads to: a model, a list, or a sentence; never an endless wait.
@Suite(.serialized) struct StartScenarios {
    @Test(arguments: [".", "models"]) func aFolderOfModelsBecomesAList(_ name: String) throws {
        try ExplorerScenario.withHome { home in
            let folder = home.appendingPathComponent(name).standardizedFileURL
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for model in ["first", "second"] { _ = try ScenarioModel.sample(in: folder, as: model) }
            let nibble = try ExplorerScenario([name], home: home)
            try nibble.wait(for: "is no model but a folder of some")
            try nibble.wait(for: "second")
            #expect(!nibble.screen.text.contains("Looking for models"))
            nibble.press("enter")
            try nibble.wait(for: "embed_tokens")
            try nibble.quit()
        }
    }

    @Test func aFileThatIsNoModelIsToldBesideTheList() throws {
        try ExplorerScenario.withHome { home in
            let file = home.appendingPathComponent("text.safetensors")
            try Data("this is no model".utf8).write(to: file)
            let nibble = try ExplorerScenario([file.path], home: home)
            try nibble.wait(for: "Sample models")
            try nibble.wait(for: "text.safetensors")
            try nibble.wait(without: "looking …")
            nibble.press("home", "enter")
            try nibble.wait(for: "embed_tokens")
            try nibble.quit()
        }
    }

    @Test(arguments: ["/dev/zero", "x.fifo", "empty", "missing"])
    func whatCannotBeOpenedIsASentenceAndExitStatusOne(_ name: String) throws {
        try ExplorerScenario.withHome { home in
            mkfifo(home.appendingPathComponent("x.fifo").path, 0o600)
            try FileManager.default.createDirectory(
                at: home.appendingPathComponent("empty"), withIntermediateDirectories: true)
            let nibble = try ExplorerScenario([name], home: home)
            #expect(try nibble.ending() == .exited(1))
            #expect(nibble.screen.text.contains("nibble: "))
            #expect(nibble.screen.text.contains(name))
        }
    }

    @Test func aModelWhoseNameIsNoTextIsOpened() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let path = Array(home.path.utf8) + [UInt8(ascii: "/"), 0x62, 0xFF, 0x64]
            let bytes = path.map { CChar(bitPattern: $0) } + [0]
            try #require(rename(model.path, bytes) == 0, "the file system takes UTF-8 alone")
            // A shell hands the bytes on.
            let shell = "exec \"$1\" b$(printf '\\377')d"
            let nibble = try ExplorerScenario(
                ["-c", shell, "sh", NibbleCommand.executable.path], home: home,
                executable: URL(fileURLWithPath: "/bin/sh"))
            try nibble.wait(for: "embed_tokens")
            try nibble.wait(for: "b\\xFFd")
            nibble.press("m")
            try nibble.wait(for: "Recent")
            try nibble.wait(for: "b\\xFFd")
            try nibble.quit()
        }
    }

    @Test func namesAreSpelledOneWayInListAndHeader() throws {
        try ExplorerScenario.withHome { home in
            _ = try ScenarioModel.sample(in: home, as: "a\u{1B}[31m\u{202E}b")
            _ = try ScenarioModel.sample(in: home, as: "emoji👩\u{200D}👩")
            let nibble = try ExplorerScenario(["."], home: home, width: 160, height: 45)
            try nibble.wait(for: "a\\u{1B}[31m\\u{202E}b")
            try nibble.wait(for: "emoji👩👩")
            nibble.press("home", "enter")
            try nibble.wait(for: "embed_tokens")
            #expect(nibble.screen.rows[0].contains("a\\u{1B}[31m\\u{202E}b"))
            try nibble.quit()
        }
    }
}
