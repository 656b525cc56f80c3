import Foundation
import NibbleTestSupport
import Testing

/// Running original and plan side by side.
@Suite(.serialized) struct CompareScenarios {
    private func open(_ home: URL, width: Int = 160, height: Int = 45) throws -> ExplorerScenario {
        let nibble = try ExplorerScenario(
            [try ScenarioModel.sample(in: home).path], home: home, width: width, height: height)
        try nibble.wait(for: "no split")
        return nibble
    }

    private func quantizeAll(_ nibble: ExplorerScenario, to format: String) throws {
        nibble.press("V")
        try nibble.choose(format: format)
    }

    @Test func bothTextsStreamAndAnEditFollowsByItself() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            try nibble.wait(for: "tok/s")
            try quantizeAll(nibble, to: "int2")
            try nibble.wait(for: "first split @")
            try nibble.quit()
        }
    }

    @Test func differingTokensAreMarkedAndTheCursorFindsThem() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            try quantizeAll(nibble, to: "int2")
            nibble.press("2")
            try nibble.wait(for: "KL per token")
            try nibble.wait(for: "first split @")
            try nibble.wait("underlines differing tokens") { screen in
                screen.cells.joined().contains { $0.attributes.contains(4) }
            }
            nibble.press("home")
            try nibble.wait(for: "Next token  token 1")
            nibble.press("right")
            try nibble.wait(for: "Next token  token 2")
            nibble.press("home", "n")
            try nibble.wait("moves on to a differing token") { !$0.text.contains("Next token  token 1 ") }
            try nibble.wait(for: "original f16")
            try nibble.quit()
        }
    }

    @Test func freeRunningIsAnotherMode() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("2")
            try nibble.wait(for: "● teacher-forced")
            nibble.press("M")
            try nibble.wait(for: "● free-running")
            try nibble.wait(for: "no split")
            nibble.press("M")
            try nibble.wait(for: "● teacher-forced")
            try nibble.quit()
        }
    }

    @Test func aPromptIsTypedPastedAndKept() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("i")
            try nibble.wait(for: "of 512 tokens")
            nibble.press("ctrl-u")
            nibble.type("Été 日本")
            nibble.paste("\r\nsecond\u{1B} line")
            try nibble.wait(for: "second line")
            nibble.press("enter")
            try nibble.wait(for: "Été 日本 ⏎ second line")
            nibble.press("i")
            try nibble.wait(for: "of 512 tokens")
            nibble.press("esc")
            try nibble.wait(without: "of 512 tokens")
            try nibble.quit()
            #expect(!nibble.written.contains(0x9B), "C1 controls never reach the terminal")
        }
    }

    @Test func aPromptLongerThanTheContextIsRefused() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("i")
            try nibble.wait(for: "of 512 tokens")
            nibble.paste(String(repeating: "many words ", count: 300))
            nibble.press("enter")
            try nibble.wait(for: "the model takes 512: shorten it.")
            nibble.press("esc")
            try nibble.wait(without: "▸ Prompt")
            try nibble.quit()
        }
    }

    @Test func aPinnedPlanStandsBesideTheCurrentOne() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("p")
            try nibble.wait(for: "Pinned as plan 1")
            try quantizeAll(nibble, to: "int3")
            nibble.press("2")
            try nibble.wait(for: "int3 · ")
            nibble.press("tab")
            try nibble.wait(for: "pinned 1")
            try nibble.quit()
        }
    }

    @Test func generationStopsAndContinues() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("2", "C")
            try nibble.wait(for: "KL per token")
            nibble.press("esc")
            try nibble.wait(for: "Original")
            nibble.press("enter")
            try nibble.wait(for: "no split")
            try nibble.quit()
        }
    }

    @Test func aSignalDuringGenerationRestoresTheTerminal() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home)
            nibble.press("2", "C", "C")
            nibble.look(milliseconds: 50)
            nibble.send(SIGTERM)
            #expect(try nibble.ending() == .signal(SIGTERM))
            nibble.expectRestored()
        }
    }
}
