import Foundation
import Testing

/// What is drawn reaches the terminal as whole frames.
@Suite struct FrameScenarios {
    @Test func nothingIsWrittenBetweenFrames() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario([try ScenarioModel.sample(in: home).path], home: home)
            try nibble.wait("has run") { $0.text.contains("KL 0") }
            nibble.press("2")
            try nibble.wait(for: "KL per token")
            nibble.press("?")
            try nibble.wait(for: "▸ Keys ·")
            nibble.press("ctrl-c")
            try nibble.wait(without: "▸ Keys ·")
            try nibble.quit()
            let written = String(decoding: nibble.written, as: UTF8.self)
            let pieces = written.components(separatedBy: "\u{1B}[?2026h")
            try #require(pieces.count > 3)
            for piece in pieces.dropFirst() {
                let parts = piece.components(separatedBy: "\u{1B}[?2026l")
                #expect(parts.count >= 2, "a frame was begun before the last was whole")
                let between = parts.dropFirst().joined()
                #expect(
                    !between.unicodeScalars.contains { $0.value > 0x7E }, "“\(between)” lies between frames")
                #expect(!between.contains("Layers") && !between.contains("Keys"))
            }
        }
    }
}
