import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct ComparisonTests {
    @Test func theUnchangedPlanDoesNotDiverge() throws {
        let driver = ExplorerFixture.explorer(startsRun: true)
        let sides = try #require(driver.state.workspace?.currentSides)
        #expect(sides.tokenCount == 64)
        #expect(sides.damage == 0)
        #expect(sides.plan?.records.allSatisfy(\.agrees) == true)
    }

    @Test func anEditRunsThePromptAgain() throws {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.press("V", "f")
        driver.type("int3")
        driver.press("enter")
        let comparison = try #require(driver.state.workspace?.comparison)
        #expect(driver.comparisons == 2)
        #expect(driver.state.workspace?.currentSides.damage ?? 0 > 0)
        #expect(comparison.run.requested?.plans.first == driver.state.workspace?.plans.current)
    }

    @Test func withoutARunEditsStartNone() {
        var driver = ExplorerFixture.explorer()
        driver.press("space", "+")
        #expect(driver.comparisons == 0)
        driver.press("enter")
        #expect(driver.comparisons == 1)
    }

    @Test func resultsOfAnOlderRunAreDropped() throws {
        var driver = ExplorerFixture.explorer(startsRun: true)
        let old = try #require(driver.state.workspace?.comparison.run.value)
        driver.holdsComparisons = true
        driver.press("enter")
        let (id, job) = try #require(driver.held.first)
        let run = try #require(job as? ComparisonJob)
        driver.holdsComparisons = false
        driver.press("V", "f")
        driver.type("int2")
        driver.press("enter")
        let before = driver.screen
        #expect(driver.state.workspace?.currentSides.damage ?? 0 > 0)
        driver.report(old, of: run, id)
        driver.send(.job(JobMessage(id: id, content: .ended { run.end("It failed.", &$0) })))
        #expect(driver.screen == before)
    }

    @Test func theCursorWalksOverTokensAndSplits() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        driver.press("V", "f")
        driver.type("int3")
        driver.press("enter", "2", "home")
        let records = try #require(driver.state.workspace?.shownSides.plan?.records)
        let splits = records.indices.filter { !records[$0].agrees }
        try #require(splits.count > 1, "int3 must change some tokens for this test to mean anything")
        driver.press("n")
        #expect(driver.state.workspace?.comparison.cursor == splits.first { $0 > 0 })
        driver.press("right", "left", "end")
        #expect(driver.state.workspace?.shownToken == 63)
        #expect(driver.screen.contains("◆ first split @\(splits[0] + 1)"))
    }

    @Test func freeRunningComparesUpToTheFirstSplitOnly() throws {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.press("V", "f")
        driver.type("int3")
        driver.press("enter", "2", "M")
        let records = try #require(driver.state.workspace?.shownSides.plan?.records)
        let split = try #require(records.firstIndex { !$0.agrees })
        #expect(records[...split].allSatisfy { $0.klDivergence != nil })
        #expect(records[(split + 1)...].allSatisfy { $0.klDivergence == nil })
    }

    @Test func continuingAddsTokens() {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.press("2", "C")
        #expect(driver.state.workspace?.currentSides.tokenCount ?? 0 > 64)
    }

    @Test func aPromptLongerThanTheContextIsRefusedInASentence() {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        driver.press("i")
        driver.send(.terminal(.paste(String(repeating: "long ", count: 80))))
        driver.press("enter")
        #expect(driver.screen.contains("the model takes 128: shorten it."))
        #expect(driver.state.workspace?.comparison.run.state.isRunning == false)
    }

    @Test func promptsAreEditedWithHistoryLinesAndPaste() {
        var driver = ExplorerFixture.explorer()
        driver.press("enter", "i", "ctrl-u")
        driver.type("été 日本")
        driver.press("ctrl-j")
        driver.send(.terminal(.paste("two\u{1B}[31m\r\nlines")))
        driver.press("enter")
        #expect(driver.state.workspace?.comparison.prompt.hasSuffix("été 日本\ntwo[31m\nlines") == true)
        let count = driver.state.workspace?.comparison.promptHistory.count
        #expect(count == 2)
        driver.press("i", "up", "up", "up", "up", "up", "up", "up")
        guard case .entry(let entry) = driver.state.overlay else {
            Issue.record("the dialog has closed")
            return
        }
        #expect(entry.editor.text == "Once upon a time")
    }
}
