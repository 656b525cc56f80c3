import Foundation
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleCheckpoints
@testable import NibbleExplorer

/// Dialogs around plans, the end of the program, and files that change, as keys and reports of jobs lead there.
@Suite struct KeepingTests {
    private func plan(_ rules: String...) throws -> Plan {
        Plan(name: "theirs", rules: try rules.map { try PlanRule(parsing: $0) })
    }

    /// An explorer with one change, and a job that saves it.
    private func edited(_ size: Size = Size(100, 30)) throws -> (Driver, SavePlanJob) {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("f")
        driver.type("q8_0")
        driver.press("enter", "W", "enter")
        let save = try #require(driver.recorded(SavePlanJob.self).first)
        return (driver, save)
    }

    @Test func theDialogStaysUntilThePlanIsSaved() throws {
        var (driver, save) = try edited()
        #expect(driver.screen.contains("Save the plan to"))
        driver.end(save, problem: "The folder is not there.")
        #expect(driver.screen.contains("The folder is not there."))
        driver.type("x")
        #expect(!driver.screen.contains("The folder is not there."), "it was about another name")
        driver.report(.saved, of: save)
        #expect(driver.state.overlay == nil)
    }

    @Test(arguments: [Size(60, 20), Size(80, 24), Size(40, 10)])
    func aLongReasonIsReadToItsEnd(_ size: Size) throws {
        var (driver, save) = try edited(size)
        driver.end(save, problem: "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm end.")
        #expect(driver.screen.contains("end."))
    }

    @Test func aForeignFileIsReplacedOnlyAfterTheAnswer() throws {
        var (driver, save) = try edited()
        let found = try found(Data("precious".utf8), at: save.url)
        driver.report(.found(found), of: save)
        #expect(driver.screen.contains("precious"))
        driver.press("esc")
        #expect(driver.recorded(SavePlanJob.self).count == 1)
        #expect(driver.state.workspace?.plans.isModified == true)
        driver.report(.found(found), of: save)
        driver.press("enter")
        #expect(driver.screen.contains("Save the plan to"), "the first answer is another name")
        driver.press("esc")
        driver.report(.found(found), of: save)
        driver.press("down", "enter")
        #expect(driver.recorded(SavePlanJob.self).last?.agreed == found.bytes)
    }

    /// What the keeper finds where a file of other bytes stands.
    private func found(_ bytes: Data, at url: URL) throws -> FoundPlanFile {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent(url.lastPathComponent)
            try bytes.write(to: file)
            let store = ExplorerFixture.makeTools().opener.store
            guard case .found(let found) = try PlanKeeper(store: store).save(Plan(), to: file) else {
                throw CocoaError(.fileWriteUnknown)
            }
            return found
        }
    }

    @Test func theEndWaitsUntilAllIsWritten() {
        var driver = ExplorerFixture.explorer()
        let id = driver.state.jobs.begin(in: SavePlanJob.lane, title: nil, replacing: nil)
        driver.press("q")
        #expect(!driver.state.isFinished)
        driver.state.jobs.end(id)
        driver.send(.terminal(.wake))
        #expect(driver.state.isFinished)
    }

    @Test func whatCannotBeKeptIsAskedAboutAndSavedElsewhere() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("space")
        let keep = try #require(driver.recorded(KeepPlanJob.self).last)
        driver.end(keep, problem: "The disk is full.")
        #expect(driver.state.notice?.text.contains("The disk is full.") == true)
        #expect(driver.screen.contains("● not kept"))
        driver.press("q")
        #expect(driver.screen.contains("The plan is not saved"))
        driver.press("ctrl-c")
        #expect(!driver.state.isFinished)
        driver.press("q", "down", "enter")
        #expect(driver.state.isFinished)
    }

    @Test func nothingIsAskedWhereNothingIsLost() throws {
        var driver = ExplorerFixture.explorer()
        driver.state.noteKeeping("The disk is full.")
        driver.press("q")
        #expect(driver.state.isFinished, "the plan is as it was loaded")
    }

    @Test func theModelThatIsOpenGoesOnWithItsPlanWhenItIsOpenedAgain() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("space")
        let plan = driver.state.workspace?.plans.current
        driver.press("m")
        driver.state.open(ExplorerFixture.model.location)
        driver.send(.terminal(.wake))
        let job = try #require(driver.recorded(OpenModelJob.self).last)
        #expect(job.resumes?.plans.current == plan)
        driver.report(try driver.tools.opener.open(job.url), of: job)
        #expect(driver.state.workspace?.plans.current == plan)
        #expect(driver.state.workspace?.plans.isModified == true)
        #expect(driver.state.screen is ExplorerScreen)
        driver.press("u")
        #expect(driver.state.workspace?.plans.isModified == false, "undo reaches back as before")
    }

    @Test func aStaleModelShowsNoFigureAndRunsNothing() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        driver.press("space")
        #expect(driver.state.workspace?.comparison.run.value != nil)
        let watch = try #require(driver.recorded(WatchFilesJob.self).last)
        driver.report(FileChangeError(path: "/m/model.safetensors", change: .overwritten), of: watch)
        #expect(driver.screen.contains("✗ stale"))
        #expect(driver.state.workspace?.comparison.run.value == nil)
        #expect(driver.state.workspace?.chart.analysis.value == nil)
        #expect(driver.state.workspace?.table.figures.allSatisfy { $0 == nil } == true)
        let (runs, analyses, figures) = (driver.comparisons, driver.analyses, driver.figureJobs)
        driver.press("space", "j", "space", "enter", "g")
        #expect((driver.comparisons, driver.analyses, driver.figureJobs) == (runs, analyses, figures))
        driver.press("R")
        let opens = driver.recorded(OpenModelJob.self)
        #expect(opens.last?.resumes?.plans.current == driver.state.workspace?.plans.current)
    }

    @Test func aFileWithAnotherNameLeavesFiguresMarked() throws {
        var driver = ExplorerFixture.explorer(size: Size(160, 45), startsRun: true)
        let watch = try #require(driver.recorded(WatchFilesJob.self).last)
        driver.report(FileChangeError(path: "/m/model.safetensors", change: .replaced), of: watch)
        #expect(driver.screen.contains("✗ file replaced"))
        #expect(driver.state.workspace?.comparison.run.value != nil, "what was opened is still there")
    }
}
