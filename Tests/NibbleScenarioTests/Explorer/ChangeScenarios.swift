import Foundation
import NibbleTestSupport
import Testing

/// The files of an open model change: it is said, what was found out is no longer shown, and the model can be read anew.
@Suite(.serialized) struct ChangeScenarios {
    private func opened(_ home: URL) throws -> (nibble: ExplorerScenario, weights: URL) {
        let model = try ScenarioModel.sample(in: home)
        let nibble = try ExplorerScenario([model.path], home: home)
        try nibble.wait(for: "embed_tokens")
        try nibble.wait(for: "tok/s")
        return (nibble, model.appendingPathComponent("model.safetensors"))
    }

    private func log(in home: URL) throws -> String {
        try String(contentsOf: home.appendingPathComponent("state/nibble/nibble.log"), encoding: .utf8)
    }

    @Test func aFileThatIsCutShortIsToldAndReadAnew() throws {
        try ExplorerScenario.withHome { home in
            let (nibble, weights) = try opened(home)
            let whole = try Data(contentsOf: weights)
            #expect(truncate(weights.path, 5000) == 0)
            nibble.press("j", "j", "j", "f")
            try nibble.wait(for: "Weight format")
            nibble.type("int4")
            nibble.press("enter")
            try nibble.wait(for: "✗ stale")
            try nibble.wait(for: "was cut short while")
            try nibble.wait(for: "KL —")
            nibble.press("2")
            try nibble.wait(for: "was cut short while")
            nibble.press("enter")
            try nibble.wait(for: "was cut short while")
            #expect(try log(in: home).contains("was cut short while nibble had it open"))
            try whole.write(to: weights)
            nibble.press("R")
            try nibble.wait(for: "were read anew")
            try nibble.wait(without: "✗ stale")
            nibble.press("enter")
            try nibble.wait(without: "KL —")
            nibble.press("1")
            try nibble.wait(for: "int4")
            try nibble.quit()
        }
    }

    @Test func aFileThatIsOverwrittenInPlaceIsNoticedByItself() throws {
        try ExplorerScenario.withHome { home in
            let (nibble, weights) = try opened(home)
            try nibble.wait(without: "KL —")
            let handle = try FileHandle(forWritingTo: weights)
            try handle.seek(toOffset: 2_000_000)
            try handle.write(contentsOf: Data(repeating: 0x3C, count: 500_000))
            try handle.close()
            // No key is pressed.
            try nibble.wait(for: "was overwritten while")
            try nibble.wait(for: "✗ stale")
            try nibble.wait(for: "KL —")
            nibble.press("enter")
            try nibble.wait(for: "was overwritten while")
            nibble.press("R")
            try nibble.wait(for: "were read anew")
            try nibble.wait(without: "✗ stale")
            try nibble.quit()
        }
    }

    @Test func aFileThatIsReplacedOrRemovedIsMarked() throws {
        try ExplorerScenario.withHome { home in
            let (nibble, weights) = try opened(home)
            try Data(contentsOf: weights).write(to: weights, options: .atomic)
            try nibble.wait(for: "✗ file replaced")
            try FileManager.default.removeItem(at: weights)
            try nibble.wait(for: "✗ file removed")
            nibble.press("enter")
            try nibble.wait(for: "tok/s")
            nibble.press("R")
            try nibble.wait("says that there is nothing to read") { $0.text.contains("✗ /") }
            try nibble.quit()
        }
    }
}
