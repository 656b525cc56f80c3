import Foundation
import NibbleTestSupport
import Testing

/// Files that are odd, as a person meets them: in the list of models, and in a model's header.
@Suite(.serialized) struct FileScenarios {
    @Test func theListTellsWhatIsWrongWithFiles() throws {
        try ExplorerScenario.withHome { home in
            let whole = GGUFBuilder.small.bytes
            func put(_ bytes: [UInt8], _ name: String) throws {
                try Data(bytes).write(to: home.appendingPathComponent(name))
            }
            try put(Array(whole.dropLast(100)), "acut.gguf")
            try put(whole, "parts-00001-of-00002.gguf")
            try put(Array("<!DOCTYPE html><html></html>".utf8), "page.safetensors")
            let nibble = try ExplorerScenario([], home: home, width: 160, height: 45)
            try nibble.wait(for: "In this folder")
            try nibble.wait(for: "✗ can't open")
            // Whatever sample models stand before: one row at a time, each seen before the next.
            try nibble.wait("chooses a row") { _ in chosenRow(nibble) != "" }
            while !chosenRow(nibble).contains("acut.gguf") {
                let before = chosenRow(nibble)
                nibble.press("down")
                // Between two rows none is marked for a moment.
                try nibble.wait("moves down") { _ in !["", before].contains(chosenRow(nibble)) }
            }
            try nibble.wait(for: "100 bytes are")
            nibble.press("down")
            try nibble.wait(for: "web page (HTML)")
            nibble.press("down")
            try nibble.wait(for: "parts.gguf")
            try nibble.wait(for: "has 2 parts")
            nibble.press("enter")
            try nibble.wait(for: "Layers")
            try nibble.wait(for: "parts-00002-of-00002.gguf")
            try nibble.quit()
        }
    }

    private func chosenRow(_ nibble: ExplorerScenario) -> String {
        nibble.screen.rows.first { $0.contains("▌") } ?? ""
    }

    @Test func whatIsNotUnderstoodStandsInTheHeader() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home, as: "odd")
            let file = model.appendingPathComponent("config.json")
            let text = try String(contentsOf: file, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            // As Python writes it.
            let odd = "\u{FEFF}" + text.dropLast() + ", \"logit_scale\": 2.0, \"unused\": Infinity}"
            try Data(odd.utf8).write(to: file)
            let nibble = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try nibble.wait(for: "embed_tokens")
            try nibble.wait(for: "! 1 remark")
            try nibble.wait(for: "2 keys of config.json are not understood")
            nibble.press("m")
            try nibble.wait(for: "! runs, remarks")
            nibble.press("esc")
            try nibble.wait(for: "embed_tokens")
            try Data("{ broken".utf8).write(to: file)
            try nibble.quit()
            let again = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try again.wait(for: "down_proj")
            try again.wait(for: "is not valid JSON")
            try again.quit()
        }
    }
}
