import Foundation
import NibbleTestSupport
import Testing

/// Few colours and many, terminals that nobody knows, locales that aren't there; and where the cursor stands.
@Suite(.serialized) struct ColourScenarios {
    private func start(
        _ home: URL, _ environment: [String: String], width: Int = 100, height: Int = 30
    ) throws -> ExplorerScenario {
        let nibble = try ExplorerScenario(
            [try ScenarioModel.sample(in: home).path], home: home, width: width, height: height,
            environment: environment)
        try nibble.wait(for: "embed_tokens")
        return nibble
    }

    private func log(_ home: URL) -> String {
        let file = home.appendingPathComponent("state/nibble/nibble.log")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    /// Colours of the screen that are red, green and blue.
    private func directColors(_ screen: VirtualScreen) -> Int {
        screen.cells.joined().count { ($0.background ?? 0) >= 0x1000000 }
    }

    @Test(arguments: ["xterm-256color", "xterm", "tmux-256color", "xterm-kitty", "foot"])
    func trueColourIsSentWhereTheTerminalSaysSo(_ term: String) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, ["TERM": term, "COLORTERM": "truecolor"])
            #expect(directColors(nibble.screen) == 100 * 30)
            try nibble.quit()
            let left = try FileManager.default.contentsOfDirectory(atPath: home.path)
            #expect(!left.contains { $0.contains("terminfo") })
        }
    }

    @Test(arguments: [
        ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"],
        ["TERM": "screen-256color", "COLORTERM": "truecolor"], ["TERM": "linux", "COLORTERM": "truecolor"],
        ["TERM": "vt100", "COLORTERM": "truecolor"],
    ])
    func trueColourIsNotSentWhereItWouldBeGarbled(_ environment: [String: String]) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, environment)
            #expect(directColors(nibble.screen) == 0)
            try nibble.quit()
        }
    }

    @Test func aTerminalLikeXtermThatTerminfoDoesNotKnowIsUsedAndSaidSo() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, ["TERM": "xterm-ghostty"])
            #expect(nibble.screen.text.contains("embed_tokens"))
            #expect(log(home).contains("xterm-ghostty"))
            #expect(log(home).contains("xterm-256color is used instead"))
            try nibble.quit()
        }
    }

    @Test func aLocaleThatIsNotInstalledIsReplacedByOneWithUTF8AndSaidSo() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, ["LANG": "nosuch_XX.UTF-8", "LC_ALL": ""])
            #expect(nibble.screen.text.contains("╭"))
            #expect(log(home).contains("nosuch_XX.UTF-8 (from LANG) is not installed"))
            try nibble.quit()
        }
    }

    @Test func inASCIIPowersOfTenStayPowersOfTen() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, ["LANG": "C", "LC_ALL": "C"])
            try nibble.wait(for: "1e3")
            #expect(!nibble.screen.text.contains("103"))
            #expect(!nibble.written.contains { $0 >= 0x80 })
            try nibble.quit()
        }
    }

    @Test(arguments: [
        ["NO_COLOR": "1"], ["TERM": "vt100"], ["TERM": "linux"], ["TERM": "xterm-16color"], ["TERM": "xterm-mono"],
        ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "COLORTERM": "truecolor"],
        ["LANG": "C", "LC_ALL": "C", "NO_COLOR": "1"],
    ])
    func theChosenRowAndTokenStandOutAndCarryTheCursor(_ environment: [String: String]) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try start(home, environment)
            for row in ["q_proj", "k_proj", "v_proj"] {
                try nibble.wait("puts the cursor on the chosen row \(row)") { screen in
                    screen.rows[screen.y].contains(row) && isSetOff(screen)
                }
                nibble.press("down")
            }
            // These descriptions have no way to hide it.
            let cannotHide = ["vt100", "xterm-mono"].contains(environment["TERM"])
            #expect(nibble.screen.modes.contains(25) == cannotHide)
            nibble.press("f")
            try nibble.wait("puts the cursor on the picker's row") { screen in
                screen.text.contains("Esc") && screen.x > 5 && isSetOff(screen)
            }
            nibble.press("esc")
            try nibble.wait(for: "o_proj")
            nibble.press("2")
            try nibble.wait("puts the cursor on a token") { screen in
                screen.text.contains("token") && screen.y > 2 && screen.y < 20 && isSetOff(screen)
            }
            try nibble.quit()
        }
    }

    /// Whether the cell under the cursor has another ground than the upper right of its panel, or stands in reverse.
    private func isSetOff(_ screen: VirtualScreen) -> Bool {
        // After the last column the cursor stands beside the screen.
        guard screen.y < screen.height, screen.x < screen.width else { return false }
        let cell = screen.cells[screen.y][screen.x]
        return cell.attributes.contains(7) || cell.background != screen.cells[screen.height - 2][1].background
    }
}
