import Foundation
import NibbleTestSupport
import Testing

/// Keys and mouse as a person uses them: in texts, lists and dialogs, by pages, and on what is pointed at.
@Suite(.serialized) struct KeyScenarios {
    private static func withNibble(
        width: Int = 100, height: Int = 30, _ body: (ExplorerScenario) throws -> Void
    ) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario(
                [try ScenarioModel.sample(in: home).path], home: home, width: width, height: height)
            try nibble.wait(for: "embed_tokens")
            try body(nibble)
            try nibble.quit()
        }
    }

    /// Where a text stands on the screen.
    private static func place(of text: String, on nibble: ExplorerScenario) throws -> (x: Int, y: Int) {
        try nibble.wait(for: text)
        let rows = nibble.screen.rows
        let y = try #require(rows.firstIndex { $0.contains(text) })
        let range = try #require(rows[y].range(of: text))
        return (rows[y].distance(from: rows[y].startIndex, to: range.lowerBound), y)
    }

    // MARK: Leaving

    @Test func ctrlCLeavesWhatIsOpenThenTheProgram() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            for (key, title) in [
                ("i", "▸ Prompt"), ("/", "▸ Filter layers"), ("W", "▸ Save the plan to"),
                ("f", "▸ Weight format"),
                ("t", "▸ Theme"), ("?", "▸ Keys ·"), ("d", "▸ Changes since"),
            ] {
                nibble.press(key)
                try nibble.wait(for: title)
                nibble.press("ctrl-c")
                try nibble.wait(without: title)
            }
            nibble.press("ctrl-c")
            #expect(try nibble.ending() == .exited(0))
            nibble.expectRestored()
        }
    }

    // MARK: Texts

    @Test func ctrlJBeginsALineAndEnterRuns() throws {
        try Self.withNibble { nibble in
            nibble.press("i", "ctrl-u")
            nibble.type("Once upon")
            nibble.press("ctrl-j")
            nibble.type("a time")
            try nibble.wait("shows two lines") { screen in
                guard let first = screen.rows.firstIndex(where: { $0.contains("│  Once upon  ") }) else {
                    return false
                }
                return screen.rows[first + 1].contains("│  a time  ")
            }
            nibble.press("enter")
            try nibble.wait(for: "› Once upon ⏎ a time")
            try nibble.wait(for: "tok/s")
        }
    }

    @Test func textsHaveTheKeysOfReadline() throws {
        try Self.withNibble { nibble in
            nibble.press("i", "ctrl-u")
            nibble.type("one two three")
            nibble.type("\u{1B}b\u{1B}[1;5DX")
            try nibble.wait(for: "one Xtwo three")
            nibble.type("\u{1B}f\u{1B}\u{7F}")
            try nibble.wait(for: "one  three")
            nibble.press("ctrl-y", "ctrl-b", "ctrl-d")
            try nibble.wait(for: "one Xtw three")
            nibble.press("ctrl-_")
            try nibble.wait(for: "one Xtwo three")
            nibble.press("ctrl-a", "ctrl-k", "ctrl-y", "ctrl-y")
            try nibble.wait(for: "one Xtwo threeone Xtwo three")
            nibble.press("ctrl-c")
        }
    }

    @Test func aLongPromptIsBrokenIntoLines() throws {
        try Self.withNibble(width: 80, height: 24) { nibble in
            nibble.press("i", "ctrl-u")
            let words = (1...80).map { "word\($0)" }
            nibble.paste(words.joined(separator: " "))
            try nibble.wait("shows all words") { screen in words.allSatisfy { screen.text.contains($0) } }
            nibble.press("up", "up", "home", "X")
            try nibble.wait(for: "Xword1 ")
            nibble.press("ctrl-c")
        }
    }

    /// A megabyte pasted is cut to what the context can hold, refused by the count of its tokens, and kept nowhere.
    @Test func aHugePasteIsCutAndRefused() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.press("i", "ctrl-u")
            nibble.paste(String(repeating: "word ", count: 200_000))
            try nibble.wait(for: "Cut: no more than")
            nibble.press("enter")
            try nibble.wait(for: "shorten it")
            nibble.press("esc")
            try nibble.wait(without: "▸ Prompt")
            nibble.press("enter")
            try nibble.wait(for: "tok/s")
            try nibble.quit()
            for case let file as URL in try #require(
                FileManager.default.enumerator(
                    at: home.appendingPathComponent("state"), includingPropertiesForKeys: nil))
            {
                let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
                #expect(size < 50_000, "\(file.lastPathComponent)")
            }
        }
    }

    // MARK: Filters

    /// Expressions on which going back takes for ever; each letter is answered all the same.
    @Test(
        .timeLimit(.minutes(3)),
        arguments: [
            "([a-z0-9_.]+)+Z", "(\\w*\\.?)*Z", "(.*)*(.*)*Z", "((.+)+)+Z", "(.*)(.*)(.*)(.*)(.*)Z",
            "(?=(.+)+Z)(.+)+Z",
            "(?i)(\\w+\\W?)+é$",
        ])
    func noFilterHoldsAKeyUp(_ pattern: String) throws {
        try Self.withNibble { nibble in
            nibble.press("/")
            try nibble.wait(for: "Filter layers")
            nibble.type(pattern)
            try nibble.wait(for: pattern)
            nibble.press("esc")
            try nibble.wait(without: "Filter layers")
            try nibble.wait(for: "embed_tokens")
        }
    }

    @Test func aFilterTellsWhatIsWrongAndShowsItsMatchesUnfolded() throws {
        try Self.withNibble { nibble in
            nibble.press("/")
            nibble.type("(down")
            try nibble.wait(for: "Character 1: this bracket is never closed")
            nibble.press("ctrl-u")
            nibble.type("down")
            nibble.press("enter")
            try nibble.wait("shows the match in each of four blocks") { screen in
                screen.rows.count { $0.contains("down_proj") && $0.hasPrefix("│") } == 4
            }
            nibble.press("esc")
            try nibble.wait(for: "▸ layers.1")
        }
    }

    // MARK: Lists and texts to read

    @Test func theHelpScrollsByWheelAndEndsWhereItsTextEnds() throws {
        try Self.withNibble(width: 80, height: 24) { nibble in
            nibble.press("?")
            try nibble.wait(for: "Keys · Explorer")
            nibble.wheel(down: true, x: 40, y: 10)
            try nibble.wait(without: "Down one row")
            nibble.press("end")
            try nibble.wait(for: "a change applies to all marked layers")
            for _ in 0..<60 { nibble.press("j") }
            nibble.press("k")
            try nibble.wait(without: "a change applies to all marked layers")
            nibble.press("G", "ctrl-d", "x")
            try nibble.wait(for: "a change applies to all marked layers")
            nibble.press("g")
            try nibble.wait(for: "Down one row")
            let close = try Self.place(of: "Esc close", on: nibble)
            nibble.click(x: close.x, y: close.y)
            try nibble.wait(without: "Keys · Explorer")
        }
    }

    @Test func theListOfFormatsStandsStillAndBeginsWithTheLayersOwn() throws {
        try Self.withNibble { nibble in
            nibble.press("f")
            let frame = try Self.place(of: "╭─ ▸ Weight format", on: nibble)
            try nibble.wait("chooses f16") { screen in screen.rows.contains { $0.contains("▌ f16 ") } }
            nibble.type("int zz")
            try nibble.wait(for: "nothing matches")
            #expect(try Self.place(of: "╭─ ▸ Weight format", on: nibble) == frame)
            nibble.press("ctrl-w")
            try nibble.wait(without: "nothing matches")
            nibble.press("ctrl-u")
            try nibble.wait(for: "type to narrow the list")
            nibble.paste("nf4")
            let row = try Self.place(of: "▌ nf4", on: nibble)
            nibble.click(x: row.x + 2, y: row.y)
            try nibble.wait(without: "▸ Weight format")
            try nibble.wait(for: "● unsaved")
        }
    }

    // MARK: Pointing

    @Test func whatIsPointedAtActs() throws {
        try Self.withNibble(width: 160, height: 45) { nibble in
            nibble.press("enter")
            try nibble.wait(for: "tok/s")
            let tree = nibble.screen.rows.filter { $0.contains("▌") }
            let original = try Self.place(of: "╭─ Original", on: nibble)
            nibble.wheel(down: true, x: original.x + 4, y: original.y + 2)
            let weights = try Self.place(of: "╭─ Weights", on: nibble)
            nibble.wheel(down: true, x: weights.x + 4, y: weights.y + 5)
            nibble.click(x: weights.x + 4, y: weights.y)
            try nibble.wait(for: "▸ Weights")
            #expect(
                nibble.screen.rows.filter { $0.contains("▌") }.first?.prefix(30) == tree.first?.prefix(30))
            let tab = try Self.place(of: "2 Compare", on: nibble)
            nibble.click(x: tab.x, y: tab.y)
            try nibble.wait(for: "teacher-forced")
            let mode = try Self.place(of: "free-running", on: nibble)
            nibble.click(x: mode.x, y: mode.y)
            try nibble.wait(for: "● free-running")
            let prompt = try Self.place(of: "i prompt", on: nibble)
            nibble.click(x: prompt.x, y: prompt.y)
            try nibble.wait(for: "▸ Prompt")
            nibble.press("esc")
            try nibble.wait(without: "▸ Prompt")
            let explorer = try Self.place(of: "1 Explorer", on: nibble)
            nibble.click(x: explorer.x, y: explorer.y)
            try nibble.wait(for: "▸ Weights")
        }
    }

    // MARK: Pages

    /// Every row of the tree is seen by going down page by page.
    @Test func aPagePassesOverNoRow() throws {
        try Self.withNibble { nibble in
            nibble.press("s")
            try nibble.wait(for: "by name")
            nibble.press("home")
            var (seen, place, count): (Set<Substring>, Int, Int) = ([], 0, 0)
            func look(_ screen: VirtualScreen) {
                let rows = screen.rows.dropFirst(3).prefix { $0.hasPrefix("│") }
                let names = rows.compactMap {
                    $0.dropFirst().drop { $0 == " " || $0 == "▌" }.split(separator: " ").first
                }
                seen.formUnion(names.filter { $0.contains("proj") || $0.contains("embed") })
            }
            repeat {
                try nibble.wait("tells another place") { screen in
                    look(screen)
                    guard let fact = screen.text.firstMatch(of: #/ (\d+)/(\d+) ─╮/#), let shown = Int(fact.1),
                        let total = Int(fact.2), shown > place
                    else { return false }
                    (place, count) = (shown, total)
                    return true
                }
                // The frame comes in pieces, the place first: all of it is looked at before the next key.
                for _ in 0..<10 {
                    nibble.look(milliseconds: 20)
                    look(nibble.screen)
                }
                if place < count { nibble.press("pgdn") }
            } while place < count
            try nibble.wait("shows the last rows") { screen in
                look(screen)
                return seen.count == count
            }
        }
    }

    @Test func compareNamesItsOwnKeysFirst() throws {
        try Self.withNibble(width: 80, height: 24) { nibble in
            nibble.press("2")
            try nibble.wait(for: "Enter run  i prompt  n/N next split")
            #expect(!(nibble.screen.rows.last { !$0.isEmpty }?.contains("2 compare") ?? true))
            nibble.press("?")
            try nibble.wait(for: "Down one line of tokens")
            nibble.press("?")
            try nibble.wait(without: "Keys · Compare")
        }
    }
}
