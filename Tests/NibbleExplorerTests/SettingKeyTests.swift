import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers
import Testing

@testable import NibbleExplorer

@Suite struct SettingKeyTests {
    /// The setting of the layer under the cursor as text.
    private func setting(_ driver: Driver) -> String {
        Setting.text(of: driver.state.workspace?.chosenSetting)
    }

    @Test func spaceGoesThroughAllFormatsAndBackToTheFirst() {
        var driver = ExplorerFixture.explorer()
        #expect(setting(driver) == "original")
        var seen: [String] = []
        for _ in FormatCatalogue.all {
            driver.press("space")
            seen.append(driver.state.workspace?.chosenSetting?.storage.format ?? "")
        }
        #expect(Set(seen) == Set(FormatCatalogue.all.map(\.name)))
    }

    @Test func eachKeyChangesItsPartOfTheSetting() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("f")
        driver.type("int4")
        driver.press("enter")
        let start = try #require(driver.state.workspace?.chosenSetting)
        #expect(start.storage.format == "int4")
        driver.press("+")
        #expect(driver.state.workspace?.chosenSetting?.storage.format == "int5")
        driver.press("-", "]")
        #expect(driver.state.workspace?.chosenSetting?.storage.granularity != start.storage.granularity)
        driver.press("[", "r")
        #expect(driver.state.workspace?.chosenSetting?.storage.rangeRule != start.storage.rangeRule)
        driver.press("a")
        #expect(driver.state.workspace?.chosenSetting?.arithmetic.activation != "float")
        driver.press("A")
        #expect(driver.state.workspace?.chosenSetting?.arithmetic.accumulator != start.arithmetic.accumulator)
        driver.press("x")
        #expect(setting(driver) == "original")
    }

    /// Another way to multiply changes no stored code, so no picture, no figure and no matrix.
    @Test func keysOfTheArithmeticAnalyseComputeAndEncodeNothing() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("V", "f")
        driver.type("int4")
        driver.press("enter", "esc")
        let before = (driver.analyses, driver.figureJobs, driver.encodedCount)
        let shown = try #require(driver.state.workspace?.shownAnalysis)
        let start = try #require(driver.state.workspace?.chosenSetting)
        driver.press("a", "A")
        let setting = try #require(driver.state.workspace?.chosenSetting)
        #expect(setting.storage == start.storage && setting.arithmetic != start.arithmetic)
        #expect(driver.analyses == before.0 && driver.figureJobs == before.1)
        #expect(driver.encodedCount == before.2)
        #expect(driver.state.workspace?.shownAnalysis?.request == shown.request)
        #expect(driver.state.workspace?.figures(of: shown.request.layer) != nil)
        // A change of the storage does both.
        driver.press("r")
        #expect(driver.analyses > before.0 && driver.encodedCount > before.2)
    }

    @Test func theClipMovesByKeyAndClipsWhatLiesBeyond() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("f")
        driver.type("int8")
        driver.press("enter")
        let before = try #require(driver.state.workspace?.shownAnalysis)
        #expect(before.error.clippedCount == 0)
        for _ in 0..<6 { driver.press("<") }
        let after = try #require(driver.state.workspace?.shownAnalysis)
        #expect(after.request.storage?.rangeRule == .clip(0.7))
        #expect(after.error.clippedCount > 0)
        driver.press(">")
        #expect(driver.state.workspace?.chosenSetting?.storage.rangeRule == .clip(0.75))
    }

    @Test func theBinaryPointMovesFromWhereTheRulePutIt() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("f")
        driver.type("fixed8")
        driver.press("enter")
        let automatic = try #require(driver.state.workspace?.shownAnalysis?.parameters).fractionBits
        driver.press("<")
        #expect(driver.state.workspace?.chosenSetting?.storage.rangeRule == .fractionBits(automatic + 1))
        driver.press(">", ">")
        #expect(driver.state.workspace?.chosenSetting?.storage.rangeRule == .fractionBits(automatic - 1))
    }

    /// int4 per channel computed here from the definition: scale = max|w| ÷ 7, half to even, codes −7…7.
    @Test func theErrorShownIsThatOfTheDefinition() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("f")
        driver.type("int4")
        driver.press("enter")
        let layer = try #require(driver.state.workspace?.chosenLayer)
        let source = try ExplorerFixture.model.source(of: layer.id)
        var (noise, signal) = (0.0, 0.0)
        for row in 0..<source.shape.rows {
            let weights = source.row(row)
            let scale = (weights.map(abs).max() ?? 0) / 7
            for weight in weights {
                let code = max(-7, min(7, (weight / scale).rounded(.toNearestOrEven)))
                noise += Double(weight - code * scale) * Double(weight - code * scale)
                signal += Double(weight) * Double(weight)
            }
        }
        let shown = try #require(driver.state.workspace?.figures(of: layer.id)).relativeError
        #expect(abs(shown - (noise / signal).squareRoot()) < 1e-6)
        let text = FigureText.percent((noise / signal).squareRoot())
        driver.state.size = Size(160, 45)
        #expect(driver.screen.contains(text))
    }

    @Test func aKeyThatCannotActSaysWhy() {
        var driver = ExplorerFixture.explorer()
        driver.press("+")
        #expect(driver.state.notice?.text.contains("is kept as stored") == true)
        driver.press("f")
        driver.type("q8_0")
        driver.press("enter", "[")
        #expect(driver.state.notice?.text == "q8_0 has one granularity only.")
        driver.press("f")
        driver.type("int4")
        driver.press("enter", "A")
        #expect(driver.state.notice?.text.contains("floating point") == true)
    }

    @Test func aChangeAppliesToAllMarkedLayersAndEncodesNoOther() {
        var driver = ExplorerFixture.explorer()
        driver.press("v", "v", "v")
        #expect(driver.state.workspace?.table.markedCount == 3)
        let before = driver.encodedCount
        driver.press("space")
        let formats = ExplorerFixture.model.layers.map {
            driver.state.workspace?.setting(of: $0.id)?.storage.format
        }
        #expect(formats.count { $0 != nil } == 3)
        #expect(driver.encodedCount - before <= 4, "three layers, and the one under the cursor as stored")
    }

    @Test func editingOneLayerEncodesThatLayerOnly() {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.press("V", "f")
        driver.type("int8")
        driver.press("enter", "esc")
        let before = driver.encodedCount
        let runs = driver.comparisons
        #expect(driver.referenceRuns == 1)
        driver.press("-")
        #expect(driver.referenceRuns == 1, "an edit runs the plan, not the original")
        #expect(driver.encodedCount - before == 1)
        #expect(driver.comparisons == runs + 1, "the comparison follows the edit")
    }
}
