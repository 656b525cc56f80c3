import NibbleTerminal
import Testing

@testable import NibbleExplorer

@Suite struct KeyTableTests {
    @Test func everyKeyNameIsAKey() {
        for binding in KeyTable.bindings {
            #expect(binding.presses.count == binding.keys.count, "\(binding.keys)")
        }
    }

    @Test func everyActionHasAKey() {
        let bound = Set(KeyTable.bindings.map(\.action))
        for action in Action.allCases { #expect(bound.contains(action), "\(action)") }
    }

    @Test(arguments: KeyBinding.Context.allCases) func noKeyMeansTwoThingsInOnePlace(
        _ context: KeyBinding.Context
    ) {
        var owners: [KeyPress: Action] = [:]
        for binding in KeyTable.bindings(in: context) {
            for press in binding.presses {
                #expect(owners[press] == nil, "\(press.label) means \(owners[press]!) and \(binding.action)")
                owners[press] = binding.action
            }
        }
    }

    @Test(arguments: KeyBinding.Context.allCases) func helpListsEveryKeyOfItsPlace(
        _ context: KeyBinding.Context
    ) {
        var driver = ExplorerFixture.explorer(size: Size(120, 90))
        driver.state.screen = context == .chooser ? .chooser : context == .explorer ? .explorer : .compare
        driver.press("?")
        for binding in KeyTable.bindings(in: context) { #expect(driver.screen.contains(binding.explanation)) }
    }
}
