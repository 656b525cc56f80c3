import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct PagingTests {
    private func names(_ driver: Driver) -> [LayerHierarchy.Entry] {
        driver.state.workspace?.rows.all.map(\.entry) ?? []
    }

    private func place(_ driver: Driver) -> Int { driver.state.workspace?.cursorPlace ?? -1 }

    /// No row is passed over unseen, whatever the size.
    @Test(arguments: [Size(100, 30), Size(80, 24), Size(160, 45), Size(60, 20), Size(40, 12)])
    func aPageIsWhatIsVisible(_ size: Size) throws {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("end", "l", "home")
        let visible = ExplorerLayout(size: size).treeRows.height
        let last = names(driver).count - 1
        driver.press("pgdn")
        #expect(place(driver) == min(visible, last))
        driver.press("pgup")
        #expect(place(driver) == 0)
        driver.press("ctrl-d")
        #expect(place(driver) == min(max(1, visible / 2), last))
        driver.press("ctrl-u")
        #expect(place(driver) == 0)
        driver.press("G")
        #expect(place(driver) == last)
    }

    @Test func detailsArePagedInDetails() throws {
        var driver = ExplorerFixture.explorer(size: Size(140, 16))
        driver.press("space")
        let cursor = place(driver)
        driver.press("tab", "tab")
        #expect(driver.state.workspace?.focus == .details)
        driver.press("pgdn")
        #expect(place(driver) == cursor && driver.state.workspace?.detailsTop ?? 0 > 0)
        driver.press("end")
        let last = driver.screen
        driver.press("j", "j", "j")
        #expect(driver.state.notice?.kind == .refusal)
        driver.press("k")
        #expect(driver.screen != last, "the first press moves back")
        driver.press("home")
        #expect(driver.state.workspace?.detailsTop == 0)
    }

    /// The arrows move by lines as they are drawn, the column stays.
    @Test func compareMovesByLinesOfTokens() throws {
        var driver = ExplorerFixture.explorer(size: Size(100, 30), startsRun: true)
        driver.press("2", "g")
        let flow = try #require(
            driver.state.workspace?.shownSides.flows(width: CompareLayout(size: Size(100, 30)).textWidth)
        ).original
        #expect(flow.ranges.count > 2)
        for line in 1..<flow.ranges.count {
            driver.press("j")
            #expect(driver.state.workspace?.comparison.cursor.map(flow.line(of:)) == line)
        }
        driver.press("k")
        #expect(driver.state.workspace?.comparison.cursor.map(flow.line(of:)) == flow.ranges.count - 2)
        driver.press("home")
        #expect(driver.state.workspace?.comparison.cursor == 0)
        driver.press("pgdn", "pgup")
        #expect(driver.state.workspace?.comparison.cursor.map(flow.line(of:)) == 0)
    }

    @Test func theFooterNamesTheKeysThatMatterHere() throws {
        var driver = ExplorerFixture.explorer(size: Size(110, 24), startsRun: true)
        func footer() throws -> String {
            String(try #require(driver.screen.split(separator: "\n").last))
        }
        #expect(try footer().contains("2 compare") && !footer().contains("1 explorer"))
        driver.press("2")
        let text = try footer()
        #expect(text.contains("Enter run  i prompt  n/N next split"), "\(text)")
        #expect(text.contains("1 explorer") && !text.contains("2 compare"), "\(text)")
    }

    @Test func theMatchesOfAFilterAreUnfolded() throws {
        var driver = ExplorerFixture.explorer(size: Size(100, 30))
        let (before, cursor) = (names(driver), driver.state.workspace?.tree.cursor)
        driver.press("/")
        driver.type("DOWN")
        #expect(driver.state.workspace?.rows.all.isEmpty == true, "a capital counts")
        driver.press("ctrl-u")
        driver.type("down")
        let shown = names(driver).filter { !$0.isGroup }
        #expect(shown.count == 2 && driver.state.workspace?.tree.cursor == shown.first)
        driver.press("esc")
        #expect(names(driver) == before && driver.state.workspace?.tree.cursor == cursor)
        driver.press("/")
        driver.type("down")
        driver.press("enter", "end", "esc")
        #expect(driver.state.workspace?.tree.cursor == shown.last)
        #expect(names(driver).contains(try #require(shown.last)), "the group around the cursor stays open")
    }
}
