import Foundation
import NibbleQuantization
import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct PlanKeyTests {
    @Test func undoAndRedoWalkThroughEveryEdit() {
        var driver = ExplorerFixture.explorer()
        var plans = [driver.state.workspace?.plans.current]
        for key in ["space", "+", "]", "r", "a"] {
            driver.press(key)
            plans.append(driver.state.workspace?.plans.current)
        }
        let distinct = plans.reduce(into: [Plan?]()) { if $0.last != $1 { $0.append($1) } }
        for plan in distinct.dropLast().reversed() {
            driver.press("u")
            #expect(driver.state.workspace?.plans.current == plan)
        }
        driver.press("u")
        #expect(driver.state.notice?.text == "There is nothing to undo.")
        for plan in distinct.dropFirst() {
            driver.press("ctrl-r")
            #expect(driver.state.workspace?.plans.current == plan)
        }
    }

    @Test func anEditIsMarkedUnsavedUntilItIsSaved() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45))
        #expect(!driver.screen.contains("unsaved"))
        driver.press("space")
        #expect(driver.screen.contains("● unsaved"))
        driver.press("w")
        driver.type(".new")
        driver.press("enter")
        let save = try #require(driver.recorded(SavePlanJob.self).first)
        #expect(save.url.lastPathComponent == "little-llama.plan.yaml.new")
        driver.report(.saved, of: save)
        #expect(!driver.screen.contains("unsaved"))
        driver.press("w")
        #expect(driver.state.overlay == nil, "the second time it knows the file")
    }

    @Test func aFailedSaveSaysWhyAndStaysUnsaved() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("space")
        let plan = try #require(driver.state.workspace?.plans.current)
        driver.end(
            SavePlanJob(
                plan: plan, url: URL(fileURLWithPath: "/x/plan.yaml"), model: ExplorerFixture.model.location),
            problem: "The folder /x is missing.")
        #expect(driver.state.notice?.text == "The folder /x is missing.")
        #expect(driver.state.workspace?.plans.isModified == true)
    }

    @Test func everyEditIsKeptForTheNextStart() {
        var driver = ExplorerFixture.explorer()
        driver.press("space")
        let kept = driver.recorded(KeepPlanJob.self).map(\.plan)
        #expect(kept.last == driver.state.workspace?.plans.current)
    }

    @Test func theChangesSinceSavingAreListed() {
        var driver = ExplorerFixture.explorer()
        driver.press("f")
        driver.type("q8_0")
        driver.press("enter", "d")
        #expect(driver.screen.contains("layers.0.attn.q_proj"))
        #expect(driver.screen.contains("original → q8_0"))
    }

    @Test func aPinnedPlanIsComparedBesideTheCurrentOne() {
        var driver = ExplorerFixture.explorer(startsRun: true)
        driver.press("p", "V", "f")
        driver.type("int4")
        driver.press("enter", "2")
        #expect(driver.state.workspace?.comparison.run.value?.text?.contestants.count == 3)
        driver.press("tab")
        #expect(driver.state.workspace?.comparison.shownPlan == 1)
        #expect(driver.screen.contains("pinned 1"))
        driver.press("P")
        #expect(driver.state.workspace?.pinned.isEmpty == true)
        #expect(driver.state.workspace?.comparison.run.value?.text?.contestants.count == 2)
    }
}
