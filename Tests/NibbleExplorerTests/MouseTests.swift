import NibbleTerminal
import Testing

@testable import NibbleExplorer

/// The mouse acts on what is seen: every test looks for a text on the screen and points at it.
@Suite struct MouseTests {
    private func place(of text: String, in driver: Driver, row: Int? = nil) throws -> Point {
        let lines = driver.screen.split(separator: "\n", omittingEmptySubsequences: false)
        for (y, line) in lines.enumerated() where row.map({ $0 == y }) ?? true {
            guard let range = line.range(of: text) else { continue }
            return Point(String(line[..<range.lowerBound]).columns, y)
        }
        Issue.record("\(text) is not on the screen:\n\(driver.screen)")
        throw NotSeen()
    }

    private struct NotSeen: Error {}

    private func click(_ text: String, _ driver: inout Driver, row: Int? = nil) throws {
        let point = try place(of: text, in: driver, row: row)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
    }

    private func wheel(_ action: MouseEvent.Action, at text: String, _ driver: inout Driver) throws {
        driver.send(.terminal(.mouse(MouseEvent(action, at: try place(of: text, in: driver)))))
    }

    @Test func tabsAndFooterKeysAreTheirKeys() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        try click("2 Compare", &driver)
        #expect(driver.state.screen.title == "Compare")
        try click("1 Explorer", &driver)
        #expect(driver.state.screen.title == "Explorer")
        let last = 44
        try click("formats", &driver, row: last)
        #expect(driver.screen.contains("Weight format"))
        try click("Esc", &driver)
        #expect(driver.state.overlay == nil)
        try click("help", &driver, row: last)
        #expect(driver.screen.contains("Keys · Explorer"))
    }

    @Test func theWheelScrollsWhatItPointsAt() throws {
        var driver = ExplorerFixture.explorer(size: Size(140, 40))
        driver.press("space")
        let cursor = driver.state.workspace?.tree.cursor
        for text in ["╭─ Weights", "╭─ Original"] {
            try wheel(.wheelDown, at: text, &driver)
            #expect(driver.state.workspace?.tree.cursor == cursor, "\(text) is no tree")
        }
        driver.send(.terminal(.resize(Size(140, 16))))
        try wheel(.wheelDown, at: "Details", &driver)
        #expect(driver.state.workspace?.detailsTop == 3)
        #expect(driver.state.workspace?.tree.cursor == cursor)
        for _ in 0..<15 { try wheel(.wheelDown, at: "Details", &driver) }
        try wheel(.wheelUp, at: "Details", &driver)
        let shown = driver.screen
        try wheel(.wheelDown, at: "Details", &driver)
        #expect(driver.screen != shown, "the details end where their rows end")
        try wheel(.wheelDown, at: "Layers", &driver)
        #expect(driver.state.workspace?.tree.cursor != cursor)
    }

    /// The texts below the explorer show their end; the wheel goes back to their beginning, and no further.
    @Test func theTextsBelowTheExplorerScroll() throws {
        let size = Size(60, 40)
        var driver = ExplorerFixture.explorer(size: size, startsRun: true)
        driver.press("2", "C", "1")
        let rows = ExplorerLayout(size: size).original.inset(top: 2, bottom: 2)
        let texts = { (driver: Driver) in
            driver.screen.split(separator: "\n", omittingEmptySubsequences: false)[rows.y..<rows.bottom]
        }
        let end = texts(driver).map(String.init)
        for _ in 0..<15 { try wheel(.wheelUp, at: "╭─ Original", &driver) }
        let beginning = texts(driver).map(String.init)
        #expect(beginning != end)
        try wheel(.wheelDown, at: "╭─ Original", &driver)
        #expect(texts(driver).map(String.init) != beginning, "the first turn moves back")
        #expect(texts(driver).first.map(String.init) == beginning[1])
        for _ in 0..<15 { try wheel(.wheelDown, at: "╭─ Plan", &driver) }
        #expect(texts(driver).map(String.init) == end)
    }

    @Test func titlesGiveTheFocusAndFoldMarksFold() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        try click("Details", &driver)
        #expect(driver.state.workspace?.focus == .details)
        try click("Weights", &driver)
        #expect(driver.state.workspace?.focus == .weights)
        let rows = driver.state.workspace?.rows.all.count ?? 0
        try click("▾", &driver)
        #expect(driver.state.workspace?.rows.all.count ?? 0 < rows)
        try click("▸ layers.1", &driver)
        #expect(driver.state.workspace?.rows.all.count == rows)
    }

    @Test func tokensModesAndColumnsOfCompareAreChosen() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        driver.press("2")
        let texts = try #require(driver.state.workspace?.shownSides.original?.records.map(\.text))
        let layout = CompareLayout(size: Size(160, 45))
        let flow = try #require(driver.state.workspace?.shownSides.flows(width: layout.textWidth).original)
        let second = try #require(flow.ranges.dropFirst().first)
        let x = layout.text(ofPlan: false).x + (layout.isNumbered ? TokenTextView.gutter : 0)
        let first = TokenFlow.shown(texts[second.lowerBound]).drop(while: \.isWhitespace)
        let y = layout.text(ofPlan: false).y + 1
        // The cursor is on the last token: the first lines are in sight only where all are.
        #expect(flow.ranges.count <= layout.text(ofPlan: false).height)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: Point(x + String(first).columns, y)))))
        #expect(driver.state.workspace?.comparison.cursor == second.lowerBound + 1)
        try wheel(.wheelUp, at: "Original", &driver)
        let moved = try #require(driver.state.workspace?.comparison.cursor)
        #expect(flow.line(of: moved) == 0)
        try click("free-running", &driver)
        #expect(driver.state.workspace?.comparison.mode == .freeRunning)
        try click("free-running", &driver)
        #expect(driver.state.workspace?.comparison.mode == .freeRunning, "it is chosen already")
        try click("teacher-forced", &driver)
        #expect(driver.state.workspace?.comparison.mode == .teacherForced)
        let chart = layout.divergenceChart
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: Point(chart.x, chart.y)))))
        #expect(driver.state.workspace?.comparison.cursor == 0)
    }

    @Test func listsAreChosenFromAndScrolled() throws {
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        driver.press("f")
        try click("bf16 ", &driver)
        guard case .picker(let picker) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(picker.chosen?.name == "bf16")
        try wheel(.wheelDown, at: "bf16 ", &driver)
        guard case .picker(let next) = driver.state.overlay else { return try #require(Bool(false)) }
        #expect(next.cursor == picker.cursor + 1)
        try click("bf16 ", &driver)
        try click("bf16 ", &driver)
        #expect(driver.state.overlay == nil)
        #expect(driver.state.workspace?.chosenSetting?.storage.format == "bf16")
    }

    @Test func belowADialogNothingAnswers() throws {
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        let tab = try place(of: "2 Compare", in: driver)
        driver.press("?")
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: tab))))
        #expect(driver.state.screen.title == "Explorer" && driver.state.overlay != nil)
        let before = driver.screen
        driver.send(.terminal(.mouse(MouseEvent(.wheelDown, at: Point(60, 20)))))
        #expect(driver.screen != before)
    }

    @Test func aClickInATextPutsTheInsertionPointThere() throws {
        var driver = ExplorerFixture.explorer(size: Size(100, 30))
        driver.press("i", "ctrl-u")
        driver.type("one two three")
        try click("two three", &driver)
        driver.type("X")
        #expect(driver.screen.contains("one Xtwo three"))
    }
}
