import NibbleQuantization
import NibbleTerminal
import NibbleTransformers
import Testing

@testable import NibbleExplorer

/// What stands on the screen belongs to what stands beside it, and says so where there is nothing.
@Suite struct OwnFiguresTests {
    private static let allSizes = SnapshotTests.sizes + SnapshotTests.unevenSizes

    // MARK: Runs that fail

    @Test(arguments: allSizes, ["1", "2"])
    func aFailedRunTakesTheFiguresOfTheFormerAlong(_ size: Size, _ screen: String) throws {
        var driver = ExplorerFixture.explorer(size: size, startsRun: true)
        driver.press("space", screen)
        #expect(!driver.screen.contains("KL —"))
        driver.holdsComparisons = true
        driver.press("enter")
        let (id, job) = try #require(driver.held.last)
        let run = try #require(job as? ComparisonJob)
        driver.send(.job(JobMessage(id: id, content: .ended { run.end("The memory does not do.", &$0) })))
        #expect(driver.state.notice?.kind == .failure)
        #expect(driver.screen.contains("✗"), "the reason is told on every screen")
        #expect(driver.screen.contains("KL —"))
        for left in ["no split", "first split", "@", "tok/s"] {
            #expect(!driver.screen.split(separator: "\n").dropLast().joined().contains(left), "\(left)")
        }
        #expect(driver.state.workspace?.shownToken == nil)
    }

    @Test func aTextThatEndedIsNotContinued() throws {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.state.workspace?.comparison.maximumTokens = 4096
        driver.press("enter", "2")
        let runs = driver.comparisons
        driver.press("C")
        #expect(driver.comparisons == runs)
        #expect(driver.state.notice?.text.contains("128 tokens is full") == true)
    }

    // MARK: One group

    @Test(arguments: allSizes) func aViewOfOneGroupSaysWhichAndShowsItsFigures(_ size: Size) throws {
        let setting = try Setting(parsing: "int4 group=32 range=clip:0.7")
        var driver = ExplorerFixture.explorer(
            size: size, rules: [try PlanRule(pattern: ".*q_proj", setting: setting)])
        let whole = try #require(driver.state.workspace?.shownAnalysis)
        driver.press("g", "g", "down", "down", "right")
        let shown = try #require(driver.state.workspace?.shownAnalysis)
        #expect(driver.screen.contains("row 2, group 1"))
        let part = try #require(shown.part)
        #expect(part.summary.count == 32 && part.error.sampledCount == 32)
        #expect(shown.error == whole.error, "the layer keeps its own figures")
        #expect(part.error.sqnrDecibel != whole.error.sqnrDecibel)
        driver.press("right")
        #expect(driver.state.notice?.text.contains("no further group") == true)
        driver.press("left")
        #expect(driver.screen.contains("row 2, group 0"))
    }

    // MARK: Filters

    @Test(arguments: allSizes) func aFilterWithoutAMatchSaysSo(_ size: Size) {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("/")
        driver.type("nothing_like_it")
        driver.press("enter")
        let text = driver.screen.filter { !$0.isNewline }
        #expect(text.contains("No layer matches"))
        #expect(!driver.screen.contains("no matrix that nibble can read"))
        for key in ["space", "f", "+", "]", "x"] {
            driver.press(key)
            #expect(driver.state.notice?.text.contains("nothing_like_it") == true, "\(key)")
            #expect(driver.state.overlay == nil)
        }
    }

    // MARK: Settings

    /// Every key that changes a setting changes the screen, in each panel, at every size from 60×20 up.
    @Test(arguments: allSizes, [0, 1, 2])
    func everyKeyThatChangesASettingChangesTheScreen(_ size: Size, _ panel: Int) {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("f")
        driver.type("int4")
        driver.press("enter")
        for _ in 0..<panel { driver.press("tab") }
        for key in ["]", "[", "r", "<", ">", "a", "A", "A", "+", "-", "space", "x"] {
            let before = (driver.state.workspace?.chosenSetting, settings(driver))
            driver.press(key)
            guard driver.state.workspace?.chosenSetting != before.0 else {
                #expect(driver.state.notice != nil, "\(key) does nothing and says nothing")
                continue
            }
            #expect(settings(driver) != before.1, "\(key) in panel \(panel)")
        }
    }

    /// The screen without header and footer, whose sizes change with every setting.
    private func settings(_ driver: Driver) -> String {
        driver.screen.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n")
    }

    // MARK: Header and names

    @Test(arguments: allSizes) func theHeaderKeepsUnsavedAndDamage(_ size: Size) {
        var driver = ExplorerFixture.explorer(size: size, startsRun: true)
        driver.press("space")
        let header = String(driver.screen.prefix { $0 != "\n" })
        #expect(header.contains("●") && header.contains("KL "))
        #expect(header.contains("1") && header.contains("2"))
    }

    @Test(arguments: allSizes) func sortedLayersCanBeToldApart(_ size: Size) {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("s")
        let tree = ExplorerLayout(size: size).treeRows
        let lines = driver.screen.split(separator: "\n", omittingEmptySubsequences: false)
        let names = lines[tree.y..<tree.bottom].map { line in
            line.dropFirst(tree.x + 3).prefix { $0 != " " && $0 != "│" }
        }.filter { !$0.isEmpty }
        #expect(names.count == min(15, tree.height))
        #expect(Set(names).count == names.count, "\(names)")
    }

    @Test(arguments: allSizes, ["error", "clip"]) func listsShowTheFigureThatTheyAreSortedBy(
        _ size: Size, _ order: String
    ) throws {
        let setting = try Setting(parsing: "int4 range=clip:0.7")
        var driver = ExplorerFixture.explorer(
            size: size, rules: [try PlanRule(pattern: ".*q_proj", setting: setting)])
        while driver.state.workspace?.tree.order.rawValue != order { driver.press("s") }
        let table = try #require(driver.state.workspace?.table)
        let figures = try #require(
            table.figures.compactMap { $0 }.max { $0.relativeError < $1.relativeError })
        let value = order == "clip" ? figures.clippedFraction : figures.relativeError
        let width = ExplorerLayout(size: size).layers.width
        let line = driver.screen.split(separator: "\n").first {
            $0.hasPrefix("│") && $0.contains("q_proj") && $0.contains("int4")
        }
        let row = try #require(line).prefix(width)
        #expect(row.contains(FigureText.percent(value)) || width < 30, "\(row)")
    }

    @Test func longNamesAreCutInTheMiddle() {
        let path = LayerPath("layers.12.block_sparse_moe.w1")
        #expect(LayerPath.fitting(path.wordings, width: 40) == "layers.12.block_sparse_moe.w1")
        #expect(LayerPath.fitting(path.wordings, width: 24) == "L12.block_sparse_moe.w1")
        #expect(LayerPath.fitting(path.wordings, width: 12) == "L12.w1")
        #expect(LayerPath.fitting(["vision_tower.q_proj"], width: 12) == "vis…r.q_proj")
        for width in 0...30 {
            #expect(LayerPath.fitting(path.wordings, width: width).columns <= width)
        }
    }

    // MARK: Blame

    @Test(arguments: [Size(80, 24), Size(160, 45)]) func blameGoesToTheLayerThatMovedTheTokenMost(
        _ size: Size
    ) throws {
        var driver = ExplorerFixture.explorer(size: size, startsRun: true)
        driver.measuresMovements = true
        driver.press("2", "b")
        #expect(driver.state.notice?.text.contains("none moves anything") == true)
        driver.press("1", "/")
        driver.type("q_proj")
        driver.press("enter", "space", "2", "b")
        #expect(driver.state.screen is ExplorerScreen)
        let chosen = try #require(driver.state.workspace?.chosenNumber)
        #expect(driver.state.workspace?.table.setting(of: chosen) != nil, "a layer that the plan changes")
        driver.press("V", "f")
        driver.type("int2")
        driver.press("enter", "2", "home", "b")
        let first = try #require(driver.state.workspace?.comparison.movements.wanted.value?.first)
        #expect(driver.state.workspace?.chosenLayer?.id == first.layer)
    }

    @Test func withoutAPlansTokenThereIsNothingToBlame() {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        driver.press("2", "b")
        #expect(driver.state.notice?.kind == .refusal)
    }

    // MARK: Waiting

    @Test func jobsCountTheirSeconds() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        driver.holdsComparisons = true
        driver.press("2", "enter")
        let (id, _) = try #require(driver.held.last)
        driver.send(.job(JobMessage(id: id, content: .elapsed(seconds: 7))))
        #expect(driver.screen.components(separatedBy: "encoding · 7 s").count == 3, "header and panel")
        driver.send(.job(JobMessage(id: id, content: .status(JobStatus(title: "writing", share: nil)))))
        #expect(driver.screen.contains("writing · 7 s"))
    }
}
