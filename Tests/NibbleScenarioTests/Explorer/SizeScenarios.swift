import Foundation
import NibbleTestSupport
import Testing

/// What a person sees at terminals that are small or large one way only.
@Suite(.serialized) struct SizeScenarios {
    private static let sizes = [
        (60, 20), (80, 23), (79, 24), (80, 24), (100, 30), (200, 20), (72, 50), (300, 80),
    ]

    private func open(_ home: URL, _ size: (Int, Int)) throws -> ExplorerScenario {
        let nibble = try ExplorerScenario(
            [try ScenarioModel.sample(in: home).path], home: home, width: size.0, height: size.1)
        try nibble.wait(for: "Layers")
        try nibble.wait("has run") { screen in screen.text.contains("KL 0") }
        return nibble
    }

    @Test(arguments: sizes) func treeHistogramAndSettingAreInSight(_ size: (Int, Int)) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home, size)
            try nibble.wait(for: "Weights")
            try nibble.choose(format: "int4")
            try nibble.wait("shows both histograms and how far weights clip") { screen in
                screen.text.contains("int4") && screen.text.contains("█") && screen.text.contains("clipped")
            }
            nibble.press("]")
            try nibble.wait("shows the groups") { $0.text.contains("group ") || $0.text.contains("tensor") }
            nibble.press("r")
            try nibble.wait("shows the range") { !$0.text.contains("min-max") }
            nibble.press("a")
            try nibble.wait(for: "int8-")
            try nibble.wait(for: "32 bit wrap")
            nibble.press("A")
            try nibble.wait(for: "32 bit saturate")
            try nibble.wait(for: "●")
            try nibble.quit()
        }
    }

    @Test(arguments: sizes) func oneGroupSaysWhichRowAndGroup(_ size: (Int, Int)) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home, size)
            try nibble.choose(format: "int4")
            nibble.press("]", "g", "g", "down", "down")
            try nibble.wait(for: "row 2")
            try nibble.quit()
        }
    }

    @Test(arguments: [(80, 24), (160, 45)]) func aPromptThatIsTooLongIsRefusedAndTheFiguresStayTheFormers(
        _ size: (Int, Int)
    ) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home, size)
            nibble.press("2")
            try nibble.wait(for: "no split")
            nibble.press("i")
            try nibble.wait(for: "Prompt")
            nibble.paste(String(repeating: "a tale of Nell and the sea, ", count: 200))
            nibble.press("enter")
            try nibble.wait(for: "tokens")
            try nibble.wait(for: "Prompt")
            nibble.press("esc")
            try nibble.wait("shows the former prompt with its own figures") { screen in
                screen.text.contains("› This is") && screen.text.contains("no split")
                    && !screen.text.contains("Esc cancel")
            }
            try nibble.quit()
        }
    }

    @Test func aFilterThatMatchesNothingSaysSo() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home, (80, 24))
            nibble.press("/")
            nibble.type("no_such_layer")
            nibble.press("enter")
            try nibble.wait(for: "No layer matches")
            nibble.press("space")
            try nibble.wait(for: "no_such_layer")
            nibble.press("esc")
            try nibble.wait(for: "embed_tokens")
            try nibble.quit()
        }
    }

    @Test func theLayersThatMoveATokenAreMeasured() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(home, (160, 45))
            nibble.press("V")
            try nibble.choose(format: "int4")
            nibble.press("2")
            try nibble.wait(for: "first split")
            try nibble.wait(for: "other layers, each at most")
            nibble.press("home")
            try nibble.wait(for: "token 1 of")
            try nibble.wait(for: "other layers, each at most")
            try nibble.quit()
        }
    }
}
