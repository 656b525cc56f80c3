import Foundation
import NibbleQuantization
import NibbleTerminal
import Testing

@testable import NibbleExplorer

/// Every figure stands under the name of the plan that it was measured with.
@Suite struct TruthTests {
    /// A setting that overflows its register in every layer.
    private static var overflowing: PlanRule {
        get throws {
            try PlanRule(
                pattern: ".*", setting: Setting(parsing: "fixed8 activation=fixed8 accumulator=16-wrap"))
        }
    }

    private func quantizeAll(_ driver: inout Driver, to format: String) {
        driver.press("V", "f")
        driver.type(format)
        driver.press("enter", "esc")
    }

    @Test(arguments: SnapshotTests.sizes) func theExplorerShowsTheCurrentPlanWhateverIsChosenOnCompare(
        _ size: Size
    ) throws {
        var driver = ExplorerFixture.explorer(size: size, startsRun: true)
        driver.press("p")
        quantizeAll(&driver, to: "int2")
        let before = driver.screen
        #expect(!before.contains("KL 0.000"))
        driver.press("2", "tab", "1")
        #expect(driver.screen == before)
    }

    @Test func theCompareScreenCountsAndNamesTheFormatsOfThePlanThatItShows() throws {
        var driver = ExplorerFixture.explorer(
            size: Size(160, 45), startsRun: true, rules: [try Self.overflowing])
        driver.measuresMovements = true
        driver.press("p", "2")
        let counters = panel(driver, "Layers that moved")
        #expect(counters.contains("fixed8") && counters.contains("overflows"))
        let size = try #require(title(driver).split(separator: "·").last)
        driver.press("1")
        quantizeAll(&driver, to: "int4")
        driver.press("2")
        #expect(panel(driver, "Layers that moved").contains("no overflow"))
        #expect(!title(driver).contains(size))
        driver.press("tab")
        #expect(panel(driver, "Layers that moved") == counters)
        #expect(title(driver).contains("pinned 1 · fixed8 ·\(size)"))
        #expect(driver.screen.contains("plan fixed8"))
    }

    @Test(arguments: [Size(100, 30), Size(160, 45)]) func whatARunCountedVanishesWithTheNextEdit(_ size: Size)
        throws
    {
        var driver = ExplorerFixture.explorer(size: size, startsRun: true, rules: [try Self.overflowing])
        driver.press("tab", "tab")
        #expect(panel(driver, "Layers").contains("▲"))
        driver.holdsComparisons = true
        driver.press("shift-tab", "shift-tab", "space")
        #expect(!panel(driver, "Layers").contains("▲") && !panel(driver, "Layers").contains("△"))
        #expect(driver.screen.contains("KL —"))
        #expect(!driver.screen.contains("agree"))
        driver.press("tab", "tab")
        #expect(!driver.screen.contains("Counted while running"))
    }

    @Test func thePlansTextWaitsForItsRun() {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        driver.press("2")
        let written = panel(driver, "Plan")
        driver.holdsComparisons = true
        driver.press("1", "space", "2")
        #expect(panel(driver, "Plan") != written)
        #expect(panel(driver, "Plan").contains("encoding …"))
        driver.press("i")
        driver.type("x")
        driver.press("enter")
        #expect(!panel(driver, "Original").contains("   1"), "another prompt's text is not this one's")
    }

    @Test func aStoppedRunLeavesNoFiguresOfAnotherPlan() throws {
        var driver = ExplorerFixture.explorer(
            size: Size(160, 45), startsRun: true, rules: [try Self.overflowing])
        driver.holdsComparisons = true
        driver.press("space", "esc")
        #expect(driver.state.notice?.text.contains("Stopped") == true)
        #expect(driver.screen.contains("KL —") && !panel(driver, "Layers").contains("▲"))
        #expect(driver.screen.contains("Enter runs the prompt"))
    }

    /// The title of the plan's panel.
    private func title(_ driver: Driver) -> String {
        let line = driver.screen.split(separator: "\n").first { $0.contains("▸ Plan") } ?? ""
        let start = line.range(of: "▸ Plan")?.upperBound ?? line.startIndex
        return line[start...].split(separator: "─").first.map { $0.trimmingCharacters(in: .whitespaces) }
            ?? ""
    }

    /// The lines of the panel with a title, cut out of the screen.
    private func panel(_ driver: Driver, _ title: String) -> String {
        let lines = driver.screen.split(separator: "\n").map(Array.init)
        for (top, line) in lines.enumerated() {
            let text = String(line)
            guard let found = text.range(of: title) else { continue }
            let place = text.distance(from: text.startIndex, to: found.lowerBound)
            guard let left = line[..<place].lastIndex(of: "╭"), let right = line[place...].firstIndex(of: "╮")
            else { continue }
            let rest = lines[(top + 1)...].prefix { $0.indices.contains(left) && $0[left] == "│" }
            return rest.map { String($0[left...min(right, $0.count - 1)]) }.joined(separator: "\n")
        }
        return ""
    }
}
