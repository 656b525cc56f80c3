import NibbleQuantization
import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct KeyTableTests {
    @Test func everyKeyNameIsAKey() {
        for binding in ScreenCatalogue.all.flatMap(\.bindings) {
            #expect(binding.presses.count == binding.keys.count, "\(binding.keys)")
            #expect(!binding.help.isEmpty)
        }
    }

    @Test(arguments: ScreenCatalogue.all.indices) func noKeyMeansTwoThingsInOnePlace(_ index: Int) {
        var owners: [KeyPress: String] = [:]
        for binding in ScreenCatalogue.all[index].bindings {
            for press in binding.presses {
                #expect(owners[press] == nil, "\(press.label) means \(owners[press]!) and \(binding.help)")
                owners[press] = binding.help
            }
        }
    }

    @Test func everyScreenHasATabOfItsOwnAndAWayToHelpAndOut() {
        #expect(Set(ScreenCatalogue.tabs.map(\.tab.key)).count == ScreenCatalogue.tabs.count)
        #expect(Set(ScreenCatalogue.all.map(\.title)).count == ScreenCatalogue.all.count)
        let state = Driver(size: Size(80, 24)).state
        for screen in ScreenCatalogue.all {
            #expect(screen.binding(of: KeyPress(.character("?")), in: state) != nil)
            #expect(screen.binding(of: KeyPress(.character("q")), in: state) != nil)
        }
    }

    @Test(arguments: ScreenCatalogue.all.indices) func helpListsEveryKeyOfItsPlace(_ index: Int) {
        var driver = ExplorerFixture.explorer(size: Size(120, 90))
        driver.state.screen = ScreenCatalogue.all[index]
        driver.press("?")
        for binding in ScreenCatalogue.all[index].bindings { #expect(driver.screen.contains(binding.help)) }
    }

    @Test(arguments: ScreenCatalogue.all.indices) func theTabsLeadToTheScreens(_ index: Int) {
        let screen = ScreenCatalogue.all[index]
        guard let tab = screen.tab else { return }
        var driver = ExplorerFixture.explorer(size: Size(120, 40))
        driver.press("2", "1", tab.key)
        #expect(driver.state.screen.title == screen.title)
        #expect(driver.screen.contains("\(tab.key) \(screen.title)"))
    }

    /// What a person can notice of a state.
    private struct Outcome: Equatable {
        let screen: String
        let notice: Notice?
        let recorded: Int
        let comparisons: Int
        let isFinished: Bool
        let isMouseEnabled: Bool
        let plan: Plan?

        init(_ driver: Driver) {
            screen = driver.screen
            notice = driver.state.notice
            recorded = driver.recorded.count
            comparisons = driver.comparisons
            isFinished = driver.state.isFinished
            isMouseEnabled = driver.state.isMouseEnabled
            plan = driver.state.workspace?.plans.current
        }
    }

    /// States in which keys can act, and states in which there is nothing for them to do.
    private static func drivers(_ screen: any NibbleExplorer.Screen) -> [(name: String, driver: Driver)] {
        let size = Size(160, 45)
        var empty = Driver(size: size)
        empty.state.screen = ModelsScreen()
        var listed = Driver(size: size)
        listed.state.chooser.show(ChooserTests.sections)
        var fresh = ExplorerFixture.explorer(size: size)
        fresh.state.screen = screen
        var last = fresh
        if screen is ExplorerScreen { last.press("end", "left") }
        var edited = ExplorerFixture.explorer(size: size, startsRun: true)
        edited.press("p", "V", "f")
        edited.type("int3")
        edited.press("enter", "esc", "n")
        edited.state.screen = screen
        var hidden = fresh
        if screen is ExplorerScreen {
            hidden.press("/")
            hidden.type("nothing")
            hidden.press("enter")
        }
        return screen.tab == nil
            ? [("empty", empty), ("listed", listed)]
            : [("fresh", fresh), ("at the end", last), ("edited", edited), ("hidden", hidden)]
    }

    @Test(arguments: EncoderFixture.allCases) func theKeysOfEncodersAreAnsweredToo(_ fixture: EncoderFixture)
    {
        let drivers = [
            ("fresh", fixture.explorer(startsRun: false)),
            ("compared", fixture.compared(size: Size(160, 45))),
        ]
        for (name, var start) in drivers {
            start.state.screen = CompareScreen()
            let bindings = start.state.screen.bindings(in: start.state)
            let presses = bindings.flatMap(\.presses)
            #expect(Set(presses).count == presses.count && presses.contains(KeyPress("?")))
            let before = Outcome(start)
            for binding in bindings {
                for press in binding.presses where press != KeyPress(.character("l"), .control) {
                    var driver = start
                    driver.state.notice = nil
                    driver.send(.terminal(.key(press)))
                    #expect(
                        Outcome(driver) != before || driver.state.notice != nil,
                        "\(fixture), \(name): \(press.label) (\(binding.help)) does nothing and says nothing")
                }
            }
            start.state.size = Size(120, 90)
            start.press("?")
            for binding in bindings { #expect(start.screen.contains(binding.help)) }
        }
    }

    /// A key acts, or says why it can't: nobody is left wondering.
    @Test(arguments: ScreenCatalogue.all.indices) func everyKeyIsAnswered(_ index: Int) {
        let screen = ScreenCatalogue.all[index]
        for (name, start) in Self.drivers(screen) {
            let before = Outcome(start)
            for binding in screen.bindings {
                // The terminal's loop answers Ctrl-L; a scenario presses it.
                for press in binding.presses where press != KeyPress(.character("l"), .control) {
                    var driver = start
                    driver.state.notice = nil
                    driver.send(.terminal(.key(press)))
                    let after = Outcome(driver)
                    #expect(
                        after != before || after.notice != nil,
                        "\(screen.title), \(name): \(press.label) (\(binding.help)) does nothing and says nothing"
                    )
                }
            }
        }
    }
}
