import Foundation
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleCheckpoints
@testable import NibbleExplorer

@Suite struct ChooserTests {
    /// The committed checkpoints of one family as if they were two sections.
    static var sections: [Chooser.Section] {
        let root = RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures")
        let family = ModelDiscovery.candidates(in: root).filter { $0.displayName.hasPrefix("llama") }
        let found = family.map { candidate in
            // The checkout's own path must not be part of a snapshot.
            ModelDiscovery.Candidate(
                url: URL(fileURLWithPath: "/models/\(candidate.displayName)"),
                displayName: candidate.displayName,
                configuration: candidate.configuration, weightByteCount: candidate.weightByteCount,
                checkpointKind: candidate.checkpointKind,
                problem: candidate.displayName.contains("linear") ? "The weights are cut short." : nil)
        }
        return [
            Chooser.Section(title: "Sample models", models: Array(found.prefix(1))),
            Chooser.Section(title: "Recent", models: []),
            Chooser.Section(title: "In this folder", models: Array(found.dropFirst())),
        ]
    }

    @Test func enterOpensTheModelUnderTheCursor() throws {
        var driver = Driver(size: Size(100, 30))
        driver.state.chooser.show(Self.sections)
        driver.press("j", "j", "k", "enter")
        let opened = driver.recorded(OpenModelJob.self).map(\.url)
        #expect(opened == [Self.sections[2].models[0].url])
        #expect(driver.screen.contains("Opening"))
    }

    @Test func aModelThatCannotBeOpenedSaysWhyAndTheListStays() {
        var driver = Driver(size: Size(100, 30))
        driver.state.chooser.show(Self.sections)
        driver.press("enter")
        let url = Self.sections[0].models[0].url
        driver.end(OpenModelJob(url: url), problem: "The file is cut short: 10 of 20 bytes.")
        #expect(driver.screen.contains("The file is cut short: 10 of 20 bytes."))
        #expect(driver.screen.contains("Sample models"))
    }

    /// What the headers of the files tell comes after the list.
    @Test func remarksAreShownBesideTheModel() throws {
        var driver = Driver(size: Size(160, 45))
        driver.state.chooser.show(Self.sections)
        let urls = driver.state.chooser.models.map(\.url)
        #expect(!driver.screen.contains("remarks"))
        let remark = "The key of config.json “logit_scale” is not understood: the numbers may be wrong."
        FindModelsJob().receive(.glance(ModelGlance(remarks: [remark]), urls[0]), &driver.state)
        #expect(driver.screen.contains("! runs, remarks") && driver.screen.contains("“logit_scale”"))
        let problem =
            "The weights are already quantized: GPTQ, 4 bits; nibble can browse them, but not run them yet."
        FindModelsJob().receive(.glance(ModelGlance(problem: problem), urls[1]), &driver.state)
        #expect(driver.screen.contains("· browse only") && !driver.screen.contains("GPTQ"))
        driver.press("j")
        #expect(driver.screen.contains("already quantized: GPTQ,"))
        // Without room for details, over the lower end of the list.
        var narrow = Driver(size: Size(80, 24))
        narrow.state.chooser.show(Self.sections)
        FindModelsJob().receive(.glance(ModelGlance(problem: problem), urls[0]), &narrow.state)
        #expect(narrow.screen.contains("already quantized: GPTQ, 4 bits"))
    }

    /// The message line tells the first remark, the header that there are some for as long as the model is open.
    @Test func remarksOfAnOpenModelStandInTheHeader() throws {
        let root = RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures")
        try CheckpointCopy.with(
            of: root.appendingPathComponent("llama-tied"),
            configuration: {
                $0["logit_scale"] = 2.5
                $0["quantization_config"] = ["load_in_4bit": true]
            }
        ) { folder in
            var driver = Driver(size: Size(160, 45))
            driver.state.show(try ExplorerFixture.makeTools().opener.open(folder))
            driver.send(.terminal(.wake))
            #expect(driver.screen.contains("! 2 remarks"))
            let notice = try #require(driver.state.notice?.text)
            #expect(
                notice.contains("“logit_scale” is not understood") && notice.contains("1 more"), "\(notice)")
            driver.state.size = Size(60, 20)
            #expect(driver.screen.contains("!2"), "\(driver.screen)")
        }
        #expect(!ExplorerFixture.explorer(size: Size(160, 45)).screen.contains("remark"))
    }

    @Test func aClickChoosesAndASecondOneOpens() throws {
        var driver = Driver(size: Size(100, 30))
        driver.state.chooser.show(Self.sections)
        let layout = ChooserLayout(size: Size(100, 30), chooser: driver.state.chooser)
        let line = try #require(layout.lines.firstIndex(of: .model(2)))
        let point = Point(layout.area.x + 6, layout.area.y + line)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
        #expect(driver.state.chooser.cursor == 2)
        #expect(driver.recorded.isEmpty)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
        #expect(driver.recorded.count == 1)
    }

    @Test func anEmptyListTellsHowToOpenAModel() {
        var driver = Driver(size: Size(100, 30))
        driver.state.chooser.show([])
        #expect(driver.screen.contains("nibble MODEL"))
        driver.press("enter")
        #expect(driver.state.notice?.kind == .refusal)
    }

    @Test func escapeGoesBackToTheOpenModel() {
        var driver = ExplorerFixture.explorer()
        driver.press("m")
        #expect(driver.screen.contains("Models"))
        driver.press("esc")
        #expect(driver.screen.contains("Layers"))
    }

    @Test func aFilterNarrowsTheListWhileItIsTyped() throws {
        var driver = Driver(size: Size(120, 40))
        driver.state.screen = ModelsScreen()
        driver.state.chooser.show(Self.sections)
        let all = driver.state.chooser.models.map(\.url)
        let wanted = try #require(driver.state.chooser.models.last)
        driver.press("end", "/")
        driver.type(wanted.displayName.lowercased())
        #expect(driver.state.chooser.models.contains { $0.url == wanted.url })
        #expect(driver.state.chooser.models.count < all.count)
        #expect(driver.state.chooser.chosen?.url == wanted.url, "the chosen model stays chosen")
        driver.press("esc")
        #expect(driver.state.chooser.models.map(\.url) == all)
        driver.press("/")
        driver.type("no such model")
        driver.press("enter")
        #expect(driver.screen.contains("No model's name matches the filter"))
        driver.press("enter")
        #expect(driver.state.notice?.text.contains("No model's name matches") == true)
        driver.press("esc")
        #expect(driver.state.chooser.models.map(\.url) == all)
    }
}
