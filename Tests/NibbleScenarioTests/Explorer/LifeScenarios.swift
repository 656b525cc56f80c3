import Foundation
import NibblePseudoTerminal
import NibbleTestSupport
import Testing

/// However nibble is ended, stopped or disturbed, the terminal is as it was, and it goes on where it can.
@Suite(.serialized) struct LifeScenarios {
    /// Starts nibble below a shell without job control, which puts no terminal right, and writes what `stty` says
    /// before and after.
    private func underPlainShell(_ home: URL) throws -> ExplorerScenario {
        let model = try ScenarioModel.sample(in: home)
        let script = """
            stty -a >before; sh -c 'echo $$ >number; exec "$0" "$1"' "$0" "$1"; stty -a >after; echo over
            """
        return try ExplorerScenario(
            ["-c", script, NibbleCommand.executable.path, model.path], home: home,
            executable: URL(fileURLWithPath: "/bin/sh"))
    }

    @Test(arguments: [
        SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGQUIT, SIGALRM, SIGXCPU, SIGXFSZ, SIGUSR1,
        SIGUSR2,
        SIGSYS, SIGVTALRM, SIGTERM, SIGHUP, SIGINT, 0,
    ])
    func aSignalGivesTheTerminalBack(_ signal: Int32) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try underPlainShell(home)
            try nibble.wait(for: "embed_tokens")
            let number = try String(contentsOf: home.appendingPathComponent("number"), encoding: .utf8)
            let process = try #require(pid_t(number.trimmingCharacters(in: .whitespacesAndNewlines)))
            // Without a signal it ends by its own key: the same must hold.
            if signal == 0 { nibble.press("q") } else { kill(process, signal) }
            try nibble.wait(for: "over")
            nibble.expectRestored()
            let before = try String(contentsOf: home.appendingPathComponent("before"), encoding: .utf8)
            let after = try String(contentsOf: home.appendingPathComponent("after"), encoding: .utf8)
            #expect(before == after)
            #expect(before.contains(" echo "))
        }
    }

    /// Nobody reads what nibble writes, as behind a stuck connection: it ends all the same.
    @Test func aTerminalThatTakesNothingDoesNotKeepNibbleAlive() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            // Far more than the terminal holds: nibble stands in the middle of a write.
            for _ in 0..<200 { nibble.press("ctrl-l") }
            usleep(500_000)
            nibble.send(SIGTERM)
            usleep(100_000)
            nibble.send(SIGTERM)
            let ending = try nibble.endingUnread()
            #expect(ending == .signal(SIGTERM))
        }
    }

    /// Starts nibble with signals blocked, as some parents leave them.
    private func blocking(_ signals: String, _ home: URL) throws -> ExplorerScenario {
        let model = try ScenarioModel.sample(in: home)
        return try ExplorerScenario(
            ["--block-signal=\(signals)", NibbleCommand.executable.path, model.path], home: home,
            executable: URL(fileURLWithPath: "/usr/bin/env"))
    }

    @Test func theEndOfInputEndsItWhateverIsBlocked() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try blocking("HUP,TERM,ALRM", home)
            try nibble.wait(for: "embed_tokens")
            nibble.hangUp()
            let ending = try nibble.endingUnread()
            #expect(ending == .signal(SIGHUP))
        }
    }

    @Test func aBlockedSignalEndsItAllTheSame() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try blocking("TERM", home)
            try nibble.wait(for: "embed_tokens")
            nibble.send(SIGTERM)
            let ending = try nibble.ending()
            #expect(ending == .signal(SIGTERM))
            nibble.expectRestored()
        }
    }

    @Test func afterAStopTheTerminalIsTakenAgain() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.send(SIGSTOP)
            nibble.cook()
            #expect(nibble.isCooked)
            nibble.scribble("[1]+ Stopped")
            nibble.send(SIGCONT)
            try nibble.wait(without: "Stopped")
            #expect(!nibble.isCooked)
            try nibble.wait(for: "embed_tokens")
            #expect(!nibble.screen.modes.isDisjoint(with: [1000, 1002]))
            try nibble.quit()
        }
    }

    @Test func controlLDrawsEverythingAnewAlsoInADialog() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            for dialog in ["", "?"] {
                if !dialog.isEmpty {
                    nibble.press(dialog)
                    try nibble.wait(for: "Next weight format")
                }
                nibble.scribble("Broadcast message from root")
                #expect(nibble.screen.text.contains("Broadcast message from root"))
                nibble.press("ctrl-l")
                try nibble.wait(without: "Broadcast")
                if !dialog.isEmpty { try nibble.wait(for: "Next weight format") }
            }
            nibble.press("esc")
            try nibble.wait(without: "Next weight format")
            try nibble.quit()
        }
    }

    @Test func aSizeThatNoScreenHasCostsNoGigabytes() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario(
                [
                    "-c", "stty cols 65535 rows 65535; exec \"$0\" \"$1\"", NibbleCommand.executable.path,
                    model.path,
                ],
                home: home, executable: URL(fileURLWithPath: "/bin/sh"))
            try nibble.wait("is drawn far beyond its window") { _ in nibble.written.count > 100_000 }
            nibble.resize(width: 100, height: 30)
            try nibble.wait(for: "embed_tokens")
            let written = nibble.written.count
            nibble.resizeTerminalOnly(width: 65535, height: 65535)
            try nibble.wait("is drawn far beyond its window") { _ in nibble.written.count > written + 100_000
            }
            nibble.resize(width: 90, height: 28)
            try nibble.wait("fits again") {
                $0.text.contains("embed_tokens") && $0.rows[0].contains("nibble")
            }
            try nibble.quit()
        }
    }

    /// The end of a paste is lost: keys work again after a while, and what came is the paste.
    @Test func aPasteWithoutAnEndDoesNotMakeNibbleDeaf() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.press("i")
            try nibble.wait(for: "Prompt")
            nibble.type("\u{1B}[200~never ended")
            try nibble.wait(for: "never ended")
            nibble.press("esc")
            try nibble.wait(without: "never ended")
            try nibble.quit()
        }
    }

    @Test func aReplyOfTheTerminalIsNoKey() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.settle()
            let header = nibble.screen.rows[0]
            nibble.type("\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\\u{1B}[?62;22c\u{1B}[97;1:3u")
            nibble.press("?")
            try nibble.wait(for: "Next weight format")
            nibble.press("esc")
            try nibble.wait(without: "Next weight format")
            #expect(nibble.screen.rows[0] == header)
            #expect(!nibble.screen.text.contains("1e1e"))
            #expect(!nibble.screen.text.contains("unsaved"))
            try nibble.quit()
        }
    }
}
