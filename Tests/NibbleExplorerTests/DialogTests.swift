import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct DialogTests {
    private static let openers: [(keys: [String], title: String)] = [
        (["?"], "Keys ·"), (["d"], "Changes since"), (["f"], "Weight format"), (["t"], "Theme"),
        (["/"], "Filter layers"),
        (["i"], "Prompt"), (["W"], "Save the plan to"),
    ]

    /// Ctrl-C leaves what is open, then the program.
    @Test(arguments: openers.indices, ["ctrl-c", "esc"]) func everyDialogIsLeft(_ index: Int, _ key: String) {
        let opener = Self.openers[index]
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        for key in opener.keys { driver.press(key) }
        #expect(driver.screen.contains(opener.title))
        driver.press(key)
        #expect(driver.state.overlay == nil && !driver.state.isFinished)
        driver.press("ctrl-c")
        #expect(driver.state.isFinished)
    }

    /// Only the keys that the dialog names close it.
    @Test func otherKeysLeaveTheHelpOpen() {
        for key in ["x", "end", "G", "ctrl-d", "tab", "2", "left", "f3", "g"] {
            var driver = ExplorerFixture.explorer(size: Size(80, 24))
            driver.press("?", key)
            #expect(driver.screen.contains("Keys · Explorer"), "\(key)")
        }
        for key in ["?", "f1", "q", "enter", "esc"] {
            var driver = ExplorerFixture.explorer(size: Size(80, 24))
            driver.press("?", key)
            #expect(driver.state.overlay == nil && !driver.state.isFinished, "\(key)")
        }
    }

    @Test func theHelpEndsWhereItsTextEnds() {
        var driver = ExplorerFixture.explorer(size: Size(80, 24))
        driver.press("?")
        let first = driver.screen
        for _ in 0..<120 { driver.press("j") }
        let last = driver.screen
        #expect(last.contains("a change applies to all marked layers"))
        driver.press("k")
        #expect(driver.screen != last, "the first press moves back")
        driver.press("end")
        #expect(driver.screen == last)
        driver.press("ctrl-u", "ctrl-d")
        #expect(driver.screen == last)
        driver.press("g")
        #expect(driver.screen == first)
        driver.press("pgdn")
        let lines = { (text: String) in text.split(separator: "\n").map(String.init).dropFirst(4).dropLast(4)
        }
        #expect(
            Set(lines(first)).intersection(lines(driver.screen)).filter { $0.contains("Next") }.isEmpty,
            "a page is new")
        driver.send(.terminal(.resize(Size(80, 60))))
        driver.press("G", "home")
        driver.send(.terminal(.resize(Size(80, 24))))
        #expect(driver.screen == first)
    }

    @Test func listsKeepSizeAndPlaceWhileTheyNarrow() throws {
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        driver.press("f")
        func frame(_ driver: Driver) -> [String] {
            driver.screen.split(separator: "\n").enumerated().compactMap { y, line in
                guard let start = line.firstIndex(where: { $0 == "╭" || $0 == "╰" }),
                    line.contains("Weight") || line.contains("Esc")
                else { return nil }
                return "\(y) \(line.distance(from: line.startIndex, to: start))"
            }
        }
        let before = frame(driver)
        #expect(!before.isEmpty)
        for letter in ["i", "n", "t", "4", "zzz"] {
            driver.type(letter)
            #expect(frame(driver) == before)
        }
        driver.press("ctrl-u")
        driver.type("int")
        driver.press("ctrl-w")
        guard case .picker(let picker) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(picker.search.text.isEmpty && picker.shown == picker.items)
    }

    @Test func theFormatOfTheLayerIsChosenFirst() throws {
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        let stored = try #require(driver.state.workspace?.chosenLayer?.storedName)
        driver.press("f")
        guard case .picker(let picker) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(picker.chosen?.name == stored)
        driver.type("q4_0")
        driver.press("enter", "f")
        guard case .picker(let again) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(again.chosen?.name == "q4_0")
    }

    @Test func aFilterSaysWhatIsWrongAndWhere() {
        var driver = ExplorerFixture.explorer(size: Size(100, 30))
        driver.press("/")
        driver.type("layers.(q|k")
        #expect(driver.screen.contains("Character 8: this bracket is never closed"))
        driver.press("enter")
        #expect(driver.state.overlay != nil && driver.screen.contains("Character 8"))
    }

    // MARK: The prompt

    @Test func longPromptsAreBrokenAndMovedInByLines() {
        var driver = ExplorerFixture.explorer(size: Size(80, 24))
        driver.press("i", "ctrl-u")
        let words = (1...60).map { "word\($0)" }
        driver.send(.terminal(.paste(words.joined(separator: " "))))
        #expect(words.allSatisfy { driver.screen.contains($0) }, "all of it is in sight")
        driver.press("up", "up", "ctrl-a")
        driver.type("X")
        #expect(
            driver.screen.contains("Xword1 "), "Ctrl-A goes to the beginning of what was typed as one line")
        driver.press("ctrl-j")
        driver.type("new")
        #expect(driver.screen.contains("newword1 "))
    }

    @Test func arrowsBeyondTheFirstLineRecallFormerPrompts() {
        var driver = ExplorerFixture.explorer(size: Size(80, 24))
        driver.press("enter", "i", "ctrl-u")
        driver.type("first")
        driver.press("alt-enter")
        driver.type("second")
        driver.press("up", "up")
        #expect(driver.screen.contains("Once upon a time"))
        driver.press("down")
        #expect(driver.screen.contains("first") && driver.screen.contains("second"))
        driver.press("down", "down")
        #expect(driver.screen.contains("second"))
    }

    @Test func aPromptTakesWhatTheContextCanHold() throws {
        var driver = ExplorerFixture.explorer(size: Size(100, 30))
        let history = driver.state.workspace?.comparison.promptHistory
        driver.press("i", "ctrl-u")
        driver.send(.terminal(.paste(String(repeating: "long ", count: 200_000))))
        let context = try #require(driver.state.workspace?.model.contextLength)
        guard case .entry(let entry) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(entry.editor.characters.count == 16 * context)
        #expect(driver.state.notice?.text.contains("Cut: no more than") == true)
        driver.type("x")
        #expect(driver.state.notice?.text.contains("no more than") == true)
        driver.press("enter")
        #expect(driver.screen.contains("tokens, the model takes \(context): shorten it."))
        #expect(driver.state.overlay != nil, "the text isn't lost")
        #expect(driver.state.workspace?.comparison.promptHistory == history)
        driver.press("esc")
        #expect(driver.state.overlay == nil)
    }
}
